using NodaTime;
using OrleansScheduling.Domain.Contracts;
using OrleansScheduling.Domain.Identity;
using OrleansScheduling.Domain.Jobs;
using OrleansScheduling.Domain.Rates;
using OrleansScheduling.Domain.Time;
using OrleansScheduling.Domain.Workforce;
using static OrleansScheduling.Domain.Tests.People;

namespace OrleansScheduling.Domain.Tests;

public sealed class LimitTests
{
    static readonly TradeCode Plumber = new("PLUMBER");

    static SorItem Item(string trade = "PLUMBER", int minutes = 30, int operatives = 1, int visits = 1, int gap = 0, bool emergency = false,
        params SkillRequirement[] skills) =>
        new("NHF", new SorCode("X1"), "", "", new TradeCode(trade), skills, minutes, operatives, visits, gap, emergency);

    static BookingRules Rules(int notice = 0, int horizon = 30, int hold = 5, int quotas = 0) =>
        new(notice, horizon, null, hold, [.. Enumerable.Repeat(new Quota(null, null, 1), quotas)], EmergencyReserve.None);

    static Contract Contract(LocalDate first, LocalDate? last) => new(
        new ContractId(1), "C", "C", new OrganisationId(1), new OrganisationId(2), first, last, [], [], "NHF", [], Rules());

    public static TheoryData<string, Action> Illegal => new()
    {
        { "AppointmentWindow.Days", () => _ = new AppointmentWindow(new WindowCode("AM"), "", At("08:00"), At("12:00"), DaysOfWeek.None) },
        { "Quota.MaxPerDay -1", () => _ = new Quota(null, null, -1) },
        { "EmergencyReserve.SharePercent 91", () => _ = new EmergencyReserve(91, 0, LocalTime.Midnight) },
        { "Sharing.HelpersLeavePercent 101", () => _ = new Sharing(101, 0, 0, LocalTime.Midnight) },
        { "Sharing.SharedLeavePercent -1", () => _ = Sharing.Free with { SharedLeavePercent = -1 } },
        { "Sharing.ReleaseDaysBefore 366", () => _ = Sharing.Free with { ReleaseDaysBefore = 366 } },
        { "EmergencyReserve.ReleaseDaysBefore -1", () => _ = EmergencyReserve.None with { ReleaseDaysBefore = -1 } },
        { "BookingRules.MinNoticeMinutes -1", () => _ = Rules(notice: -1) },
        { "BookingRules.HorizonDays 366", () => _ = Rules(horizon: 366) },
        { "BookingRules.HoldMinutes 0", () => _ = Rules(hold: 0) },
        { "BookingRules.HoldMinutes 61", () => _ = Rules() with { HoldMinutes = 61 } },
        { "BookingRules.Quotas 65", () => _ = Rules(quotas: 65) },
        { "Skill.Level 6", () => _ = new Skill(new SkillCode("GAS"), 6) },
        { "SkillRequirement.Level 0", () => _ = new SkillRequirement(new SkillCode("GAS"), 0) },
        { "Operative.PacePercent 49", () => _ = Operative(Working(), pace: 49) },
        { "Break.Minutes 0", () => _ = Break("12:00", "14:00", 0) },
        { "Break.Minutes 61", () => _ = Break("23:30", "00:30", 61) },
        { "Shift.Breaks 15:30 to 16:30", () => _ = Shift("08:00", "16:00", Break("15:30", "16:30", 30)) },
        { "Shift.Breaks 4", () => _ = Shift("08:00", "16:00", [.. Enumerable.Repeat(Break("09:00", "10:00", 10), 4)]) },
        { "Rota.Weeks 0", () => _ = new Rota(Monday, null, []) },
        { "Rota.Weeks 6", () => _ = new Rota(Monday, null, [[null, null, null, null, null, null]]) },
        { "Rota.EffectiveTo", () => _ = Daily(null, Monday, Monday.PlusDays(-1)) },
        { "Absence.End", () => _ = new Absence(Monday.AtMidnight(), Monday.AtMidnight(), "") },
        { "Overtime.End 08:00", () => _ = new Overtime(Monday, At("08:00"), At("08:00")) },
        { "Rota.EffectiveFrom -9998-01-01", () => _ = Daily(null, new LocalDate(-9998, 1, 1)) },
        { "Rota.EffectiveTo 2201-01-01", () => _ = Daily(null, Monday, new LocalDate(2201, 1, 1)) },
        { "Absence.Start 1999-12-31", () => _ = new Absence(new LocalDateTime(1999, 12, 31, 12, 0), Monday.AtMidnight(), "") },
        { "Absence.End 9999-12-31", () => _ = new Absence(Monday.AtMidnight(), new LocalDateTime(9999, 12, 31, 0, 0), "") },
        { "Overtime.Day 9999-12-31", () => _ = new Overtime(new LocalDate(9999, 12, 31), At("08:00"), At("10:00")) },
        { "Skill.LastValidDay 9999-12-31", () => _ = new Skill(new SkillCode("GAS"), 1, new LocalDate(9999, 12, 31)) },
        { "Clearance.LastValidDay 1999-12-31", () => _ = new Clearance(new ContractId(1), new LocalDate(1999, 12, 31)) },
        { "Contract.FirstDay 1066-10-14", () => _ = Contract(new LocalDate(1066, 10, 14), null) },
        { "Contract.LastDay 9999-12-31", () => _ = Contract(Monday, new LocalDate(9999, 12, 31)) },
        { "WorkingTimeLimits.MaxDayMinutes 1441", () => _ = new WorkingTimeLimits(1441, 0) },
        { "WorkingDay.End 5", () => _ = new WorkingDay(5, 5, []) },
        { "WorkingDay.Pauses", () => _ = new WorkingDay(0, 100, [new Pause(50, 90, 20), new Pause(50, 60, 20)]) },
        { "SorItem.StandardMinutes 481", () => _ = Item(minutes: 481) },
        { "SorItem.OperativesNeeded 5", () => _ = Item(operatives: 5) },
        { "SorItem.VisitsNeeded 0", () => _ = Item(visits: 0) },
        { "SorItem.GapDays 29", () => _ = Item(gap: 29) },
        { "VisitNeed.Crew 0", () => _ = new VisitNeed(0, Plumber, [], 30, 0, 0) },
        { "JobRequirement.Needs 0", () => _ = new JobRequirement([], false) },
        { "JobRequirement.Needs 1", () => _ = new JobRequirement([new VisitNeed(1, Plumber, [], 30, 1, 0)], false) },
        { "JobRequirement.Needs PLUMBER", () =>
            _ = new JobRequirement([.. Enumerable.Repeat(new VisitNeed(0, Plumber, [], 30, 1, 0), 2)], false) },
        { "JobRequirement.Needs 20", () => _ = JobRequirement.Of([Item(operatives: 4, visits: 5)]) },
        { "JobRequirement.Lines 13", () => _ = JobRequirement.Of([.. Enumerable.Repeat(Item(), 13)]) },
    };

    [Theory]
    [MemberData(nameof(Illegal))]
    public void An_illegal_value_cannot_be_made_and_the_message_names_field_value_and_rule(string start, Action make)
    {
        var message = Assert.ThrowsAny<ArgumentException>(make).Message;
        Assert.StartsWith(start, message, StringComparison.Ordinal);
        Assert.Contains(" is not valid: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_a_trade_are_one_visit_and_stages_follow_after_their_gap()
    {
        var gas = new SkillCode("GAS");
        var requirement = JobRequirement.Of([
            Item(minutes: 30, skills: new SkillRequirement(gas, 2)), Item(minutes: 45, operatives: 2, skills: new SkillRequirement(gas, 4)),
            Item("PLASTERER", minutes: 60, visits: 2, gap: 3), Item("ELECTRICIAN", minutes: 20, visits: 3, emergency: true)]);
        Assert.Equal(
            ["0 PLUMBER 75 2 0", "0 PLASTERER 60 1 0", "0 ELECTRICIAN 20 1 0", "1 PLASTERER 60 1 3", "1 ELECTRICIAN 20 1 3",
                "2 ELECTRICIAN 20 1 1"],
            requirement.Needs.Select(need => $"{need.Stage} {need.Trade} {need.StandardMinutes} {need.Crew} {need.GapDays}"));
        Assert.Equal([new SkillRequirement(gas, 4)], requirement.Needs[0].Skills);
        Assert.True(requirement.Emergency);
        Assert.Equal(3, requirement.Stages);
        Assert.False(requirement.IsSingleVisit);
        Assert.True(JobRequirement.Of([Item()]).IsSingleVisit);
    }
}
