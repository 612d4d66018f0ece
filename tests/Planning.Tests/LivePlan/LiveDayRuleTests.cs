using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Planning.LivePlan;

namespace OrleansScheduling.Planning.Tests.LivePlan;

/// <summary>What each event does to a day, as tables that a planner can read.</summary>
public sealed class LiveDayRuleTests
{
    const string Two = """
        operative Ann 0km 08:00 16:00
        operative Bob 10km 08:00 16:00

        """;

    [Fact]
    public void Work_goes_on_as_planned_and_nothing_changes() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-12:00 60 6km
        08:00 begin
        plan Ann | A 08:06 B 09:12
        08:00 setoff Ann A
        08:06 start Ann A
        09:06 finish Ann A
        plan Ann | B 09:12
        09:06 setoff Ann B
        plan Ann |
        """);

    [Fact]
    public void Who_finishes_early_goes_on_early_but_not_before_the_promise() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-12:00 60 6km
        visit C Ann 10:00-12:00 60 6km
        08:00 begin
        08:06 start Ann A
        08:30 finish Ann A
        plan Ann | B 08:36 C 10:00
        """);

    [Fact]
    public void Who_finishes_late_within_the_others_promises_keeps_them_all() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-12:00 60 6km
        08:00 begin
        08:06 start Ann A
        11:00 finish Ann A
        plan Ann | B 11:06
        """);

    [Fact]
    public void Who_needs_longer_stays_and_the_later_promise_goes_to_a_colleague() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-10:00 60 6km
        08:00 begin
        08:06 start Ann A
        08:30 overrun Ann A 11:00 | B:Ann>Bob
        plan Ann |
        plan Bob | B 08:38
        """);

    [Fact]
    public void A_colleague_makes_room_by_handing_on_what_a_third_can_do() => LiveDayTable.Play(Two + """
        operative Cat 50km 08:00 16:00
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 09:00-09:30 60 6km
        visit C Bob 08:00-10:00 120 12km
        08:00 begin
        08:06 start Ann A
        08:07 overrun Ann A 11:00 | B:Ann>Bob C:Bob>Cat
        """);

    [Fact]
    public void What_nobody_can_keep_is_flagged_before_it_is_late_with_ways_out()
    {
        var day = LiveDayTable.Play("""
            operative Ann 0km 08:00 16:00
            visit A Ann 08:00-12:00 60 3km
            visit B Ann 08:00-10:00 60 6km
            08:00 begin
            08:06 start Ann A
            08:30 overrun Ann A 10:30 | ExpectedLate B 36
            plan Ann | B 10:36
            ways B | OfferWindow Ann 12:00 120
            """, new DayRules { SpareMinutes = 0, Windows = [Window("PM", 12, 16)] });
        Assert.StartsWith("Ann needs longer at ", day.Plan.Flags[LiveDayTable.Visit("B")].Because, StringComparison.Ordinal);
    }

    static AppointmentWindow Window(string code, int from, int to) =>
        new(new WindowCode(code), code, new LocalTime(from, 0), new LocalTime(to, 0), DaysOfWeek.All);

    [Fact]
    public void A_flag_goes_when_somebody_can_keep_the_promise_after_all() => LiveDayTable.Play("""
        operative Ann 0km 08:00 16:00
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-10:00 60 6km
        08:00 begin
        08:06 start Ann A
        08:30 overrun Ann A 10:30 | ExpectedLate B 36
        09:00 finish Ann A
        plan Ann | B 09:06
        """);

    [Fact]
    public void Silence_is_noticed_and_the_later_promise_saved_in_time() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-10:00 60 6km
        08:00 begin
        08:06 start Ann A
        09:43 tick
        09:44 tick | B:Ann>Bob
        plan Bob | B 09:52
        """);

    [Fact]
    public void Nobody_opened_and_the_day_goes_on() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-12:00 60 6km
        08:00 begin
        08:06 arrive Ann A
        08:16 noaccess Ann A
        plan Ann | B 08:22
        """);

    [Fact]
    public void An_absence_in_the_morning_spreads_the_work_over_colleagues() => LiveDayTable.Play(Two + """
        operative Cat 5km 08:00 16:00
        visit A Ann 08:00-10:00 60 3km
        visit B Ann 10:00-12:00 60 9km
        07:00 begin
        07:10 absent Ann | A:Ann>Cat B:Ann>Bob
        """);

    [Fact]
    public void Who_comes_in_late_keeps_what_can_be_kept() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-10:00 60 3km
        visit B Ann 10:00-12:00 60 3km
        07:00 begin
        07:10 absent Ann 10:00 | A:Ann>Bob
        plan Ann | B 10:06
        """);

    [Fact]
    public void Who_goes_home_in_the_middle_of_a_job_leaves_a_planner_to_decide() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-10:00 60 3km
        08:00 begin
        08:06 start Ann A
        08:30 absent Ann | BrokenOff A 1440
        08:31 tick
        """);

    [Fact]
    public void With_nobody_left_the_promise_is_flagged_and_not_hidden() => LiveDayTable.Play("""
        operative Ann 0km 08:00 16:00
        visit A Ann 08:00-10:00 60 3km
        07:00 begin
        07:10 absent Ann | A:Ann>nobody NobodyFree A 1440
        """);

    [Fact]
    public void An_emergency_takes_what_was_held_back() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        08:00 begin
        08:00 emergency E 08:00-10:00 30 1km | InFreeTime E:nobody>Ann
        """);

    [Fact]
    public void An_emergency_goes_before_work_that_is_not_promised_when_there_is_no_room() => LiveDayTable.Play("""
        operative Ann 0km 08:00 10:00
        visit A Ann 08:00-10:00 100 0km unpromised
        08:00 begin
        08:00 emergency E 08:00-10:00 60 0km | InsteadOfUnpromised A:Ann>nobody E:nobody>Ann off A
        """);

    [Fact]
    public void An_emergency_for_which_a_promise_would_be_broken_is_put_to_a_planner() => LiveDayTable.Play("""
        operative Ann 0km 08:00 10:00
        visit A Ann 08:00-10:00 100 0km
        08:00 begin
        08:00 emergency E 08:00-10:00 60 0km | AskPlanner NobodyFree E 1440
        plan Ann | A 08:00
        ways E | Overtime Ann 08:00 40
        08:01 overtime Ann 11:00 | E:nobody>Ann
        """);

    [Fact]
    public void A_cancellation_makes_room_for_what_was_put_off() => LiveDayTable.Play("""
        operative Ann 0km 08:00 10:00
        visit A Ann 08:00-10:00 100 0km unpromised
        08:00 begin
        08:00 emergency E 08:00-10:00 60 0km | InsteadOfUnpromised A:Ann>nobody E:nobody>Ann off A
        08:00 cancel E | A:nobody>Ann
        """);

    [Fact]
    public void A_booking_is_promised_where_it_fits_and_refused_where_it_does_not() => LiveDayTable.Play("""
        operative Ann 0km 08:00 10:00
        visit A Ann 08:00-10:00 60 0km
        08:00 begin
        08:00 book B 09:00-10:00 60 0km | InFreeTime B:nobody>Ann
        08:00 book C 09:00-10:00 10 0km | DoesNotFit
        plan Ann | A 08:00 B 09:00
        """);

    [Fact]
    public void What_is_held_back_is_not_booked() => LiveDayTable.Play("""
        operative Ann 0km 08:00 10:00
        08:00 begin
        08:00 book A 08:00-10:00 90 0km | DoesNotFit
        08:00 book B 08:00-10:00 60 0km | InFreeTime B:nobody>Ann
        08:00 emergency E 08:00-10:00 60 0km | InFreeTime E:nobody>Ann
        """, new DayRules { SpareMinutes = 0, ReservePercent = 50 });

    [Fact]
    public void A_pinned_visit_is_not_moved_and_its_promise_flagged() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-10:00 60 6km
        08:00 begin
        08:00 pin B
        08:06 start Ann A
        08:30 overrun Ann A 10:30 | BoundByPlanner B 36
        ways B | MoveTo Bob 08:38 0
        08:31 move B Bob | InFreeTime B:nobody>Bob
        """);

    [Fact]
    public void A_locked_day_gets_nothing_and_gives_nothing() => LiveDayTable.Play(Two + """
        visit A Ann 08:00-12:00 60 3km
        visit B Ann 08:00-10:00 60 6km
        08:00 begin
        08:00 lock Bob
        08:06 start Ann A
        08:30 overrun Ann A 10:30 | ExpectedLate B 36
        08:31 unlock Bob | B:Ann>Bob
        """);

    [Fact]
    public void A_break_that_has_begun_is_not_begun_again() => LiveDayTable.Play("""
        operative Ann 0km 08:00 16:00 break 12:00-14:00 30
        visit A Ann 08:00-12:00 60 0km
        visit B Ann 13:00-16:00 60 0km
        08:00 begin
        08:00 start Ann A
        09:00 finish Ann A
        12:20 tick
        plan Ann | B 13:00
        12:40 emergency E 12:40-14:40 30 0km | InFreeTime E:nobody>Ann
        plan Ann | E 12:40 B 13:10
        """);

    [Theory]
    [InlineData("07:59 tick", "OutOfOrder")]
    [InlineData("08:10 start Bob A", "UnknownVisit")]
    [InlineData("08:10 cancel Z", "UnknownVisit")]
    [InlineData("08:10 book A 09:00-10:00 60 0km", "VisitExists")]
    [InlineData("08:10 start Ann B", "UnderWay")]
    [InlineData("08:10 cancel A", "UnderWay")]
    [InlineData("08:10 move A Bob", "UnderWay")]
    public void What_cannot_be_is_refused_and_changes_nothing(string happened, string refusal)
    {
        var day = LiveDayTable.Play(Two + $"""
            visit A Ann 08:00-12:00 60 3km
            visit B Ann 08:00-12:00 60 6km
            08:00 begin
            08:06 start Ann A
            {happened} | {refusal}
            """);
        Assert.Equal(new LocalTime(8, 6), day.Plan.Team.Clock.TimeAt(day.Plan.Now));
    }

    [Fact]
    public void A_day_replayed_from_its_events_is_the_same_day()
    {
        var day = LiveDayTable.Play(Two + """
            visit A Ann 08:00-12:00 60 3km
            visit B Ann 08:00-10:00 60 6km
            visit C Bob 09:00-12:00 60 8km
            08:00 begin
            08:06 start Ann A
            08:30 overrun Ann A 11:00 | B:Ann>Bob
            08:40 emergency E 08:40-10:40 30 10km | InFreeTime E:nobody>Bob
            """);
        Assert.Equal(LiveDayTable.TextOf(day.Plan), LiveDayTable.TextOf(day.Replayed()));
        Assert.NotEmpty(day.Plan.LineOfOperative(new OperativeId(2)).Stops);
    }
}
