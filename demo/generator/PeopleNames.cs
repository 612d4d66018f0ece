namespace OrleansScheduling.DemoGenerator;

/// <summary>Ordinary first names joined to surnames made up of country words; no living person is meant.</summary>
static class PeopleNames
{
    static readonly string[] First =
    [
        "Aaliyah", "Adam", "Aisha", "Alex", "Amara", "Ben", "Carla", "Chidi", "Daniel", "Dina", "Ewan", "Farah", "Grace", "Hamza", "Idris",
            "Jo",
        "Kamal", "Leah", "Marek", "Nadia", "Omar", "Priya", "Rhys", "Rosa", "Sam", "Tariq", "Uma", "Viktor", "Wes", "Yusuf", "Zofia",
    ];

    static readonly string[] Last =
    [
        "Tilbrook", "Oakshade", "Fernleigh", "Marrowby", "Quillstone", "Harkwell", "Brindlow", "Copsewell", "Dunmere", "Eastbeck",
        "Fallowden", "Greywether", "Hollinshaw", "Ivywell", "Kelderman", "Lowmarsh", "Mossfield", "Netherby",
    ];

    public static IReadOnlyList<string> All { get; } = [.. First.SelectMany(first => Last.Select(last => $"{first} {last}"))];
}
