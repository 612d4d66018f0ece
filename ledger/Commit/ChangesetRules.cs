using OrleansScheduling.Domain.Identity;

namespace OrleansScheduling.Ledger.Commit;

/// <summary>What every changeset must be like; anything else is a bug of its maker, and never reaches a batch.</summary>
static class ChangesetRules
{
    /// <exception cref="ArgumentException">The changeset contradicts itself.</exception>
    public static void Check(Changeset changeset)
    {
        var diaries = changeset.Event.Diaries;
        if (diaries.Count > Changeset.MaxDiaries)
            throw Wrong($"it touches {diaries.Count} diaries, and {Changeset.MaxDiaries} is the most");
        for (var i = 0; i < diaries.Count; i++)
        {
            var diary = diaries[i];
            if (diary.Version < 1) throw Wrong($"diary {diary.Operative} would get version {diary.Version}");
            for (var j = 0; j < i; j++)
            {
                if (diaries[j].Operative == diary.Operative) throw Wrong($"diary {diary.Operative} is named twice");
            }

            foreach (var visit in diary.Put)
            {
                if (visit.Operative != diary.Operative)
                    throw Wrong($"visit {visit.Id} of operative {visit.Operative} is put into diary {diary.Operative}");
                if (visit.End <= visit.Start) throw Wrong($"visit {visit.Id} takes no time");
            }
        }

        CheckText("actor", changeset.Event.Actor);
        CheckText("note", changeset.Event.Note);
        CheckText("holder", changeset.Event.Hold?.Holder);
        for (var i = 0; i < changeset.Jobs.Count; i++)
        {
            var job = changeset.Jobs[i];
            CheckText("description", job.Description);
            CheckText("holder", job.Hold?.Holder);
            if (job.Version < 1) throw Wrong($"job {job.Id} would get version {job.Version}");
            if (job.Id.Value is < 0 or > JobId.MaxValue) throw Wrong($"job {job.Id.Value} is not an id");
            for (var j = 0; j < i; j++)
            {
                if (changeset.Jobs[j].Id == job.Id) throw Wrong($"job {job.Id} is named twice");
            }
        }
    }

    static void CheckText(string field, string? text)
    {
        if (text is not null && !PlainText.IsValid(text)) throw Wrong($"its {field} is not {PlainText.Rule}");
    }

    static ArgumentException Wrong(string why) => new($"The changeset cannot be committed: {why}.", "changeset");
}
