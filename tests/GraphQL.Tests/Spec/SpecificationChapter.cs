using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansScheduling.GraphQL.Tests.Support;

namespace OrleansScheduling.GraphQL.Tests.Spec;

/// <summary>
/// The fenced blocks of one chapter of the specification with what is shown of each, as a text file has them.
/// </summary>
/// <param name="Name">A number, or the letter of an appendix.</param>
/// <param name="BlockCount">How many blocks the edition has in this chapter.</param>
/// <param name="Digest">SHA-256 of the edition's blocks, each followed by a line feed, in lower-case hex.</param>
sealed record SpecificationChapter(string Name, int BlockCount, string Digest, string Schema, IReadOnlyList<SpecificationExample> Examples)
{
    static readonly string Folder = Path.Combine(Reference.Folder, "..", "Spec");
    static readonly Lazy<IReadOnlyList<SpecificationChapter>> Files = new(() =>
        [.. Directory.GetFiles(Folder, "chapter-*.txt").Order(StringComparer.Ordinal).Select(Read)]);

    public static IReadOnlyList<SpecificationChapter> All => Files.Value;

    /// <summary>The example called <c>5#12</c>.</summary>
    public static (SpecificationChapter Chapter, SpecificationExample Example) Find(string id)
    {
        var chapter = All.Single(chapter => chapter.Name == id.Split('#')[0]);
        return (chapter, chapter.Examples.Single(example => example.Id == id));
    }

    public string DigestOfBlocks() => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Examples.Select(example => example.Text + "\n")))));

    static SpecificationChapter Read(string path)
    {
        var entries = File.ReadAllText(path).Split("\n=== ");
        var head = Part.Split(entries[0]);
        var settings = head[0].Text.Split('\n').Where(line => !line.StartsWith('#') && line.Contains(": ", StringComparison.Ordinal))
            .Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1]);
        return new SpecificationChapter(
            settings["chapter"], int.Parse(settings["blocks"], CultureInfo.InvariantCulture), settings["sha256"],
            head.FirstOrDefault(part => part.Name == "schema")?.Text ?? "",
            [.. entries.Skip(1).Select(SpecificationExample.Read)]);
    }
}

/// <summary>A text below a line <c>--- name</c>; the first one of an entry has no such line and no name.</summary>
sealed record Part(string Name, string Text)
{
    public static IReadOnlyList<Part> Split(string entry)
    {
        var pieces = entry.Split("\n--- ");
        return
        [
            new Part("", pieces[0].TrimEnd('\n')),
            .. pieces.Skip(1).Select(piece => piece.Split('\n', 2))
                .Select(lines => new Part(lines[0].Trim(), lines.Length > 1 ? lines[1].TrimEnd('\n') : "")),
        ];
    }
}

/// <summary>One block of the edition.</summary>
/// <param name="Id">The chapter and the running number of the block in it: <c>5#12</c>.</param>
/// <param name="Kind">What the edition calls it: example, counter-example or definition.</param>
/// <param name="Check">What is shown of it.</param>
/// <param name="Text">The block, word for word.</param>
/// <param name="Parts">What the check needs besides.</param>
sealed record SpecificationExample(
    string Id, string Section, string Kind, string Check, string Text, IReadOnlyList<Part> Parts)
{
    public static SpecificationExample Read(string entry)
    {
        var lines = entry.Split('\n', 2);
        var head = lines[0].Split(" | ");
        if (head.Length != 4) throw new InvalidDataException($"Not a heading: {lines[0]}");
        var parts = Part.Split(lines[1]);
        return new SpecificationExample(head[0], head[1], head[2], head[3], parts[0].Text, [.. parts.Skip(1)]);
    }

    public string? Find(string name) => Parts.FirstOrDefault(part => part.Name == name)?.Text;

    public IReadOnlyList<string> All(string name) => [.. Parts.Where(part => part.Name == name).Select(part => part.Text)];

    /// <summary>
    /// What is judged: the block, followed by what the edition's text takes for granted; or documents that say what the block says, where
    /// it is none by itself.
    /// </summary>
    public IReadOnlyList<string> Documents() =>
        All("document") is { Count: > 0 } documents ? documents : [Find("with") is { } rest ? $"{Text}\n{Expand(rest)}" : Text];

    /// <summary>The schema of the example or of its chapter.</summary>
    public string SchemaText(SpecificationChapter chapter) => Expand(Find("schema") ?? chapter.Schema);

    /// <summary>A line <c>block 3#31</c> stands for that block.</summary>
    static string Expand(string text) => string.Join('\n', text.Split('\n').Select(line =>
        line.StartsWith("block ", StringComparison.Ordinal) ? SpecificationChapter.Find(line["block ".Length..]).Example.Text : line));
}
