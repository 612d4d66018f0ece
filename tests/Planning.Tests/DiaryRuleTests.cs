namespace OrleansScheduling.Planning.Tests;

/// <summary>The rules of a diary day, each as a table that a planner can read.</summary>
public sealed class DiaryRuleTests
{
    public static TheoryData<string, string> Rules => new()
    {
        { "the way there and back counts", "shift 08:00 16:00 | ok \n insert A 08:00-12:00 60 at 3km | ok 08:06 +6km" },
        { "nobody starts before the promise", "shift 08:00 16:00 | ok \n insert A 09:00-12:00 60 at 3km | ok 09:00 +6km" },
        { "the last minute of a promise counts",
            "shift 08:00 16:00 | ok \n fixed A 08:00 239 at 0km | ok 08:00 +0km \n insert B 08:00-12:00 60 at 0km | ok 11:59 +0km" },
        { "the end of a promise does not",
            "shift 08:00 16:00 | ok \n fixed A 08:00 240 at 0km | ok 08:00 +0km \n insert B 08:00-12:00 60 at 0km | full" },
        { "work ends within the shift", "shift 08:00 16:00 | ok \n insert A 15:00-17:00 60 at 0km | ok 15:00 +0km" },
        { "and a minute more does not fit", "shift 08:00 16:00 | ok \n insert A 15:00-17:00 61 at 0km | full" },
        { "the way home is within the shift", "shift 08:00 16:00 | ok \n insert A 15:00-17:00 60 at 1km | full" },
        { "work may end after its promise", "shift 08:00 16:00 | ok \n insert A 11:00-12:00 180 at 0km | ok 11:00 +0km" },
        { "a neighbour costs no detour",
            "shift 08:00 16:00 | ok \n insert A 08:00-16:00 60 at 5km | ok 08:10 +10km \n insert B 08:00-16:00 60 at 3km | ok 08:06 +0km" },
        { "the cheapest place wins",
            "shift 08:00 16:00 | ok \n fixed A 09:00 60 at 5km | ok 09:00 +10km \n insert B 08:00-16:00 30 at 6km | ok 08:12 +2km" },
        { "a later visit gives way within its promise",
            "shift 08:00 16:00 | ok \n insert A 08:00-12:00 60 at 0km | ok 08:00 +0km \n insert B 08:00-09:00 60 at 0km | ok 08:00 +0km \n start A | 09:00" },
        { "a fixed visit does not give way",
            "shift 08:00 16:00 | ok \n fixed A 08:30 60 at 0km | ok 08:30 +0km \n insert B 08:00-09:00 60 at 0km | full" },
        { "a visit goes before one that is fixed",
            "shift 08:00 16:00 | ok \n fixed A 09:00 60 at 0km | ok 09:00 +0km \n insert B 08:00-09:00 60 at 0km | ok 08:00 +0km \n order | B A" },
        { "a full day is full",
            "shift 08:00 10:00 | ok \n insert A 08:00-10:00 120 at 0km | ok 08:00 +0km \n try B 08:00-10:00 1 at 0km | full" },
        { "and has room when somebody cancels",
            "shift 08:00 10:00 | ok \n insert A 08:00-10:00 120 at 0km | ok 08:00 +0km \n cancel A | ok \n try B 08:00-10:00 60 at 0km | ok 08:00 +0km" },
        { "a cancelled visit leaves the others alone",
            "shift 08:00 16:00 | ok \n fixed A 08:00 60 at 0km | ok 08:00 +0km \n insert B 08:00-12:00 60 at 0km | ok 09:00 +0km \n cancel A | ok \n start B | 09:00" },
        { "a break floats behind a visit",
            "shift 08:00 16:00 break 12:00-14:00 30 | ok \n insert A 12:00-13:00 60 at 0km | ok 12:00 +0km" },
        { "a break floats before a visit",
            "shift 08:00 16:00 break 12:00-14:00 30 | ok \n insert A 13:00-14:00 120 at 0km | ok 13:00 +0km" },
        { "a break is not given up",
            "shift 08:00 16:00 break 12:00-14:00 30 | ok \n try A 12:00-12:30 120 at 0km | full \n try A 12:00-12:30 90 at 0km | ok 12:00 +0km" },
        { "a fixed break splits the day",
            "shift 08:00 16:00 break 12:00-12:30 30 | ok \n try A 08:00-09:00 241 at 0km | full \n try A 08:00-09:00 240 at 0km | ok 08:00 +0km" },
        { "time away keeps the rest of the day",
            "shift 08:00 16:00 break 10:00-11:00 60 | ok \n insert A 10:00-12:00 60 at 0km | ok 11:00 +0km" },
        { "two pauses may follow one another",
            "shift 08:00 16:00 break 10:00-11:00 60 break 12:00-14:00 30 | ok \n insert A 14:00-16:00 60 at 0km | ok 14:00 +0km" },
        { "two pauses between two visits",
            "shift 08:00 16:00 break 10:00-11:00 60 break 11:00-12:00 30 | ok \n fixed A 12:00 60 at 0km | ok 12:00 +0km \n insert B 08:00-09:00 120 at 0km | ok 08:00 +0km" },
        { "the way after a break counts",
            "shift 08:00 16:00 break 12:00-12:30 30 | ok \n fixed A 11:00 60 at 0km | ok 11:00 +0km \n insert B 12:30-13:00 30 at 5km | ok 12:40 +10km" },
        { "nobody sets off in the past", "shift 08:00 16:00 | ok \n tick 2h | 10:00 \n insert A 08:00-12:00 60 at 3km | ok 10:06 +6km" },
        { "a window that has passed is gone", "shift 08:00 16:00 | ok \n tick 4h | 12:00 \n insert A 08:00-12:00 60 at 0km | full" },
        { "too far to be there in time",
            "shift 08:00 16:00 | ok \n try A 08:00-08:30 60 at 20km | full \n try A 08:00-08:30 60 at 14km | ok 08:28 +28km" },
        { "a night shift goes on after midnight",
            "shift 22:00 06:00 | ok \n insert A 24:00-26:00 60 at 3km | ok 24:00 +6km \n insert B 22:00-23:00 60 at 0km | ok 22:00 +0km \n order | B A" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_diary_keeps_its_rules(string rule, string table)
    {
        Assert.NotEmpty(rule);
        DiaryTable.Play(table);
    }
}
