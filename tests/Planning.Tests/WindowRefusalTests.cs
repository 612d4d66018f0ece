using NodaTime;
using OrleansScheduling.Domain.Booking;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Geography;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using OrleansScheduling.Planning.Search;
using OrleansScheduling.Planning.Travel;

namespace OrleansScheduling.Planning.Tests;

/// <summary>One window of one day is asked for. As it stands, Tuesday morning is booked on Monday at 09:00 and one plumber is
/// free.</summary>
sealed record WindowCase
{
    public static readonly LocalDate Monday = SearchWorld.Today;
    public static readonly LocalDate Tuesday = Monday.PlusDays(1);

    public Contract Contract { get; init; } = SearchWorld.Contract;
    public LocalDate Day { get; init; } = Tuesday;
    public AppointmentWindow Window { get; init; } = SearchWorld.Am;
    public Instant Now { get; init; } = SearchWorld.At(Monday, 9);
    public int Minutes { get; init; } = 60;
    public SkillRequirement[] Skills { get; init; } = [];
    public bool Emergency { get; init; }
    public int QuotaUsed { get; init; }
    public Place Place { get; init; } = SearchWorld.Centre;
    public Operative Operative { get; init; } = SearchWorld.Operative(1);
    public Visit[] Visits { get; init; } = [];

    public RefusalReason Answer()
    {
        var index = SearchWorld.Index();
        index.Put(Operative);
        index.Load(Operative.Id, 1, Visits);
        var requirement = SearchWorld.Requirement(Minutes, 1, Skills) with { Emergency = Emergency };
        var rules = new BookingRulesCheck(Contract, SearchWorld.Contractor.Zone, SearchWorld.Patch, Emergency, Now, _ => QuotaUsed);
        var query = new SlotQuery(Contract, SearchWorld.Patch, GroundPoint.Of(Place), requirement, Now,
            [rules.Of(Window, index.ClockOf(Day))]);
        var answer = Assert.Single(SlotSearch.Search(index, query));
        Assert.Equal(answer.Refusal is null ? 1 : 0, answer.Operatives);
        return answer.Refusal?.Reason ?? RefusalReason.None;
    }

    public WindowCase WithRules(Func<BookingRules, BookingRules> change) =>
        this with { Contract = Contract with { Rules = change(Contract.Rules) } };

    public WindowCase WithPerson(Func<Operative, Operative> change) => this with { Operative = change(Operative) };
}

/// <summary>Each reason for which a window cannot be had, with the nearest case in which it can.</summary>
public sealed class WindowRefusalTests
{
    static readonly WindowCase Plain = new();
    static readonly LocalDate Monday = WindowCase.Monday;
    static readonly LocalDate Tuesday = WindowCase.Tuesday;
    static readonly SkillRequirement[] Gas3 = [new(SearchWorld.GasSafe, 3)];

    sealed record Row(RefusalReason Reason, WindowCase Refused, WindowCase Available);

    static readonly Dictionary<string, Row> Rows = new()
    {
        ["before the contract's first day"] =
            new(RefusalReason.ContractNotInForce, InForce(Tuesday.PlusDays(1), null), InForce(Tuesday, null)),
        ["after the contract's last day"] = new(RefusalReason.ContractNotInForce, InForce(Monday, Monday), InForce(Monday, Tuesday)),
        ["on a weekday without the window"] = new(
            RefusalReason.WindowNotOffered, On(DaysOfWeek.All & ~DaysOfWeek.Tuesday), On(DaysOfWeek.Tuesday)),
        ["less than the notice before the window"] = new(RefusalReason.NoticeTooShort, Notice(At(Tuesday, 6, 1)), Notice(At(Tuesday, 6))),
        ["when the window has passed"] = new(
            RefusalReason.NoticeTooShort, Plain with { Now = At(Tuesday, 12) }, Plain with { Now = At(Tuesday, 11, 59) }),
        ["for tomorrow at the cut-off"] = new(RefusalReason.PastCutOff, CutOff(At(Monday, 15)), CutOff(At(Monday, 14, 59))),
        ["for tomorrow, not the day after"] = new(
            RefusalReason.PastCutOff, CutOff(At(Monday, 15)), CutOff(At(Monday, 15)) with { Day = Tuesday.PlusDays(1) }),
        ["beyond the horizon"] = new(RefusalReason.BeyondHorizon, Horizon(0), Horizon(1)),
        ["when the quota is used"] = new(RefusalReason.QuotaUsed, Quota(3, SearchWorld.Am.Code), Quota(2, SearchWorld.Am.Code)),
        ["when the quota of this window is used"] = new(RefusalReason.QuotaUsed, Quota(3, null), Quota(3, SearchWorld.Pm.Code)),
        ["when the quota of this patch is used"] = new(
            RefusalReason.QuotaUsed, Quota(3, null, SearchWorld.Patch), Quota(3, null, new PatchCode("S9"))),
        ["when nobody has the trade"] = new(
            RefusalReason.NobodyWithTrade, Plain.WithPerson(person => person with { Trades = [SearchWorld.Electrician] }), Plain),
        ["when the contract does not cover the trade"] = new(
            RefusalReason.NobodyWithTrade, Plain with { Contract = SearchWorld.Contract with { Trades = [SearchWorld.Electrician] } },
                Plain),
        ["when nobody has the skill"] = new(RefusalReason.NobodyWithSkill, Plain with { Skills = Gas3 }, Skilled(3, null)),
        ["when the skill's level is too low"] = new(RefusalReason.NobodyWithSkill, Skilled(2, null), Skilled(3, null)),
        ["when the certificate has expired"] = new(RefusalReason.NobodyWithSkill, Skilled(3, Monday), Skilled(3, Tuesday)),
        ["when nobody is cleared"] =
            new(RefusalReason.NobodyCleared, Plain.WithPerson(person => person with { Clearances = [] }), Cleared(null)),
        ["when the clearance is for another contract"] = new(
            RefusalReason.NobodyCleared, Plain.WithPerson(person => person with { Clearances = [new Clearance(new ContractId(99))] }),
                Plain),
        ["when the clearance has expired"] = new(RefusalReason.NobodyCleared, Cleared(Monday), Cleared(Tuesday)),
        ["when dedicated to another contract"] =
            new(RefusalReason.NobodyCleared, Dedicated(new ContractId(99)), Dedicated(SearchWorld.ContractId)),
        ["when nobody covers the patch"] = new(
            RefusalReason.NobodyCoversPatch, Covers(new PatchCode("S9")), Covers(new PatchCode("S9"), SearchWorld.Patch)),
        ["when nobody works that day"] = new(RefusalReason.NobodyWorking, Shift(null), Plain),
        ["when nobody works in the window"] = new(
            RefusalReason.NobodyWorking, Shift(SearchWorld.Shift("12:00", "18:00")), Shift(SearchWorld.Shift("11:00", "18:00"))),
        ["when everybody is away"] = new(RefusalReason.NobodyWorking, Away("23:59"), Away("10:30")),
        ["when the window is full"] = new(RefusalReason.AllFull, Busy(240), Busy(239)),
        ["when the work is too long to be done before lunch has to start"] =
            new(RefusalReason.AllFull, Plain with { Minutes = 331 }, Plain with { Minutes = 330 }),
        ["when everybody free is too far away"] = new(RefusalReason.NobodyInTime, Far(0.25), Far(0.01)),
        ["when the time left is held for emergencies"] = new(RefusalReason.HeldForEmergencies, Reserved(226), Reserved(225)),
        ["until the reserve is released"] = new(
            RefusalReason.HeldForEmergencies, Reserved(300) with { Now = At(Monday, 11, 59) }, Reserved(300) with { Now = At(Monday, 12) }),
        ["when visits have used what is not held"] = new(
            RefusalReason.HeldForEmergencies, Reserved(60) with { Visits = Busy(166).Visits },
                Reserved(60) with { Visits = Busy(165).Visits }),
        ["when helpers keep the time left for their own patch"] = new(RefusalReason.KeptForOtherWork, Helper(226), Helper(225)),
        ["when the day of a helper fills with other work"] = new(
            RefusalReason.KeptForOtherWork, Helper(60) with { Visits = Busy(166).Visits }, Helper(60) with { Visits = Busy(165).Visits }),
        ["until helpers are released"] = new(
            RefusalReason.KeptForOtherWork, Helper(300) with { Now = At(Monday, 11, 59) }, Helper(300) with { Now = At(Monday, 12) }),
        ["when nobody helps out"] = new(RefusalReason.KeptForOtherWork, Helper(5, 100), AtHome(Helper(5, 100))),
        ["when shared operatives keep the time left for other contracts"] = new(RefusalReason.KeptForOtherWork, Shared(226), Shared(225)),
        ["when an operative is not dedicated to the contract"] = new(
            RefusalReason.KeptForOtherWork, Shared(300),
            Shared(300).WithPerson(person => person with { DedicatedTo = SearchWorld.ContractId })),
        ["when an operative has another contract on the day"] = new(
            RefusalReason.KeptForOtherWork, AlsoCleared(Shared(300), Tuesday), AlsoCleared(Shared(300), Monday)),
        ["when more is held for emergencies than is kept for others"] = new(
            RefusalReason.HeldForEmergencies, AlsoReserved(Shared(300), 51), AlsoReserved(Shared(225), 50)),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_window_is_refused_for_its_reason_and_had_next_to_it(string row)
    {
        Assert.Equal(Rows[row].Reason, Rows[row].Refused.Answer());
        Assert.Equal(RefusalReason.None, Rows[row].Available.Answer());
    }

    [Fact]
    public void Every_reason_of_a_window_for_one_visit_has_a_row() => Assert.Equal(
        Enum.GetValues<RefusalReason>().Where(reason => reason
            is (> RefusalReason.None and <= RefusalReason.HeldForEmergencies) or RefusalReason.KeptForOtherWork).Order(),
        Rows.Values.Select(row => row.Reason).Distinct().Order());

    [Theory]
    [InlineData("less than the notice before the window")]
    [InlineData("for tomorrow at the cut-off")]
    [InlineData("when the quota is used")]
    [InlineData("when the time left is held for emergencies")]
    [InlineData("until the reserve is released")]
    [InlineData("when visits have used what is not held")]
    [InlineData("when nobody helps out")]
    [InlineData("when shared operatives keep the time left for other contracts")]
    public void An_emergency_passes(string row)
    {
        var refused = Rows[row].Refused;
        Assert.Equal(Rows[row].Reason, refused.Answer());
        Assert.Equal(RefusalReason.None, (refused with { Emergency = true }).Answer());
    }

    [Theory]
    [InlineData("before the contract's first day")]
    [InlineData("after the contract's last day")]
    [InlineData("on a weekday without the window")]
    [InlineData("when the window has passed")]
    [InlineData("beyond the horizon")]
    [InlineData("when the certificate has expired")]
    [InlineData("when dedicated to another contract")]
    [InlineData("when the window is full")]
    public void An_emergency_does_not_pass(string row) =>
        Assert.Equal(Rows[row].Reason, (Rows[row].Refused with { Emergency = true }).Answer());

    static Instant At(LocalDate day, int hour, int minute = 0) => SearchWorld.At(day, hour, minute);

    static WindowCase InForce(LocalDate first, LocalDate? last) => Plain with
    {
        Contract = new Contract(
            SearchWorld.ContractId, "C", "Contract", new OrganisationId(1), SearchWorld.Contractor.Id, first, last, [SearchWorld.Patch],
            [SearchWorld.Plumber], "NHF", [SearchWorld.Am], SearchWorld.PlainRules),
    };

    static WindowCase On(DaysOfWeek days) => Plain with { Window = SearchWorld.Am with { Days = days } };

    static WindowCase Notice(Instant now) => Plain.WithRules(rules => rules with { MinNoticeMinutes = 120 }) with { Now = now };

    static WindowCase CutOff(Instant now) => Plain.WithRules(rules => rules with { CutOff = new LocalTime(15, 0) }) with { Now = now };

    static WindowCase Horizon(int days) => Plain.WithRules(rules => rules with { HorizonDays = days });

    static WindowCase Quota(int used, WindowCode? window, PatchCode? patch = null) =>
        Plain.WithRules(rules => rules with { Quotas = [new Quota(window, patch, 3)] }) with { QuotaUsed = used };

    static WindowCase Skilled(int level, LocalDate? lastDay) =>
        Plain.WithPerson(person => person with { Skills = [new Skill(SearchWorld.GasSafe, level, lastDay)] }) with { Skills = Gas3 };

    static WindowCase Cleared(LocalDate? lastDay) =>
        Plain.WithPerson(person => person with { Clearances = [new Clearance(SearchWorld.ContractId, lastDay)] });

    static WindowCase Dedicated(ContractId contract) => Plain.WithPerson(person => person with { DedicatedTo = contract });

    static WindowCase Covers(PatchCode home, params PatchCode[] helpsOutIn) =>
        Plain.WithPerson(person => person with { HomePatch = home, HelpsOutIn = helpsOutIn });

    static WindowCase Shift(Shift? shift) =>
        Plain.WithPerson(person => person with { WorkingTime = SearchWorld.Working(SearchWorld.Daily(shift)) });

    /// <summary>Away from Tuesday's first minute to a time.</summary>
    static WindowCase Away(string until) => Plain.WithPerson(person => person with
    {
        WorkingTime = person.WorkingTime with
        {
            Absences = [new Absence(Tuesday.AtMidnight(), Tuesday.At(SearchWorld.Time(until)), "away")],
        },
    });

    /// <summary>Tuesday from 08:00 on is taken for so many minutes.</summary>
    static WindowCase Busy(int minutes) => Plain with
    {
        Visits = [SearchWorld.VisitAt(1, Plain.Operative.Id, Tuesday, 8, minutes, SearchWorld.Am, startFixed: true)],
    };

    /// <summary>Half an hour from the start of the shift, at a place so far to the north.</summary>
    static WindowCase Far(double degrees) => Plain with
    {
        Window = new AppointmentWindow(new WindowCode("FIRST"), "First thing", new LocalTime(8, 0), new LocalTime(8, 30), DaysOfWeek.All),
        Place = new Place(SearchWorld.Centre.LatitudeDegrees + degrees, SearchWorld.Centre.LongitudeDegrees),
    };

    /// <summary>Half of the day's 450 minutes is held until noon of the day before.</summary>
    static WindowCase Reserved(int minutes) =>
        Plain.WithRules(rules => rules with { Reserve = new EmergencyReserve(50, 1, new LocalTime(12, 0)) }) with { Minutes = minutes };

    /// <summary>Somebody of another patch, who keeps so much of the day's 450 minutes for that one until noon of the day before.</summary>
    static WindowCase Helper(int minutes, int percent = 50)
    {
        var helper = Covers(new PatchCode("S9"), SearchWorld.Patch) with { Minutes = minutes };
        return helper.WithRules(rules => rules with { Sharing = new Sharing(percent, 0, 1, new LocalTime(12, 0)) });
    }

    static WindowCase AtHome(WindowCase helper) =>
        helper.WithPerson(person => person with { HomePatch = SearchWorld.Patch, HelpsOutIn = [] });

    /// <summary>Somebody who works for another contract too, and keeps half of the day for it.</summary>
    static WindowCase Shared(int minutes) => AlsoCleared(
        Plain.WithRules(rules => rules with { Sharing = new Sharing(0, 50, 1, new LocalTime(12, 0)) }) with { Minutes = minutes }, null);

    static WindowCase AlsoCleared(WindowCase shared, LocalDate? lastDay) => shared.WithPerson(
        person => person with { Clearances = [new Clearance(SearchWorld.ContractId), new Clearance(new ContractId(99), lastDay)] });

    static WindowCase AlsoReserved(WindowCase shared, int percent) =>
        shared.WithRules(rules => rules with { Reserve = new EmergencyReserve(percent, 1, new LocalTime(12, 0)) });
}
