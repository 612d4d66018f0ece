namespace OrleansScheduling.DemoGenerator;

/// <summary>Invented street names: country words that towns like, joined to the usual endings.</summary>
static class StreetNames
{
    static readonly string[] Stems =
    [
        "Alderfold", "Applecroft", "Ashmead", "Barleycombe", "Beckmoor", "Birchlow", "Bramblesea", "Brackenholt", "Bulrush", "Burdock",
        "Candlewick", "Catkin", "Chalkpit", "Cloverley", "Coppice", "Corncrake", "Cowslip", "Damsonfield", "Dovecote", "Drovers",
        "Elderwell", "Fallowmere", "Fernhollow", "Fieldfare", "Foxtail", "Furzedown", "Goldcrest", "Gorsebank", "Hartsease", "Hawkmoth",
        "Hazelbrook", "Heronsgate", "Honeybourne", "Hopyard", "Ironstone", "Juniper", "Kestrelcombe", "Kingcup", "Lapwing", "Larkmoor",
        "Lavenderhay", "Limekiln", "Lindenfold", "Marigold", "Marlpit", "Meadowsweet", "Millrace", "Mistleholt", "Mulberry", "Nettlefold",
        "Nightjar", "Oakapple", "Orchardson", "Osier", "Otterbourne", "Palfrey", "Pearmain", "Pennyroyal", "Plovermead", "Quillfield",
        "Quincewell", "Ragwort", "Reedmace", "Rookhurst", "Rushcombe", "Saffronhill", "Sallowbeck", "Sedgemoor", "Shepherdswell", "Skylark",
        "Sorrelbank", "Speedwell", "Starling", "Stonecrop", "Swallowdale", "Tansy", "Teasel", "Thistledown", "Thornycroft", "Tollgate",
    ];

    static readonly string[] Endings = ["Road", "Street", "Lane", "Close", "Way", "Grove"];

    public static readonly IReadOnlyList<string> Blocks =
    [
        "Aspen", "Bittern", "Campion", "Cinnabar", "Cormorant", "Curlew", "Dunlin", "Eider", "Fritillary", "Gannet", "Hawthorn", "Ibis",
        "Jackdaw", "Kittiwake", "Linnet", "Mallow", "Merlin", "Nuthatch", "Oriole", "Petrel", "Pipit", "Redstart", "Rowan", "Sanderling",
        "Siskin", "Spindle", "Tamarisk", "Tern", "Thyme", "Turnstone", "Valerian", "Vetch", "Wagtail", "Waxwing", "Wheatear", "Whinchat",
        "Willow", "Woodruff", "Yarrow", "Yellowhammer",
    ];

    public static IReadOnlyList<string> All { get; } = [.. Stems.SelectMany(stem => Endings.Select(ending => $"{stem} {ending}"))];
}
