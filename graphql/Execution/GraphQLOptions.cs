using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansScheduling.GraphQL.Execution;

/// <summary>Every bound that stands between a stranger's document and the machine. The defaults are those of a public endpoint.</summary>
public sealed partial class GraphQLOptions
{
    /// <summary>UTF-8 length of a document's text.</summary>
    public int DocumentBytesMax { get; set; } = 64 * 1024;

    /// <summary>Names, numbers, strings and marks of a document.</summary>
    public int TokensMax { get; set; } = 15_000;

    /// <summary>Operations of a document: one is run, and all are checked.</summary>
    public int OperationsMax { get; set; } = 100;

    /// <summary>Levels of fields. The introspection query of common tools needs 15.</summary>
    public int DepthMax { get; set; } = 15;

    /// <summary>Aliased fields of an operation, fragments counted each time they are spread.</summary>
    public int AliasesMax { get; set; } = 30;

    /// <summary>Directives at one place of the document.</summary>
    public int DirectivesMax { get; set; } = 4;

    /// <summary>How often fragments are spread in an operation, through other fragments too.</summary>
    public int FragmentVisitsMax { get; set; } = 1_000;

    /// <summary>Fields with one response name in one selection set: the specification has each compared with each other.</summary>
    public int SameNameFieldsMax { get; set; } = 200;

    /// <summary>Steps that comparing all fields of one response name may take; a pair is two, what lies below adds its own.</summary>
    public int FieldComparisonsMax { get; set; } = 100_000;

    /// <summary>
    /// Most that a request may cost: an object costs 1, a list as many times its items as it may have; see <see cref="CostModel"/>.
    /// </summary>
    public int CostMax { get; set; } = 1_000;

    /// <summary>What the price assumes of a list that has no page size.</summary>
    public int ListSizeAssumed { get; set; } = 10;

    /// <summary>Items of a page whose size a request does not say.</summary>
    public int PageSizeDefault { get; set; } = 25;

    /// <summary>Most items that a page may be asked to have.</summary>
    public int PageSizeMax { get; set; } = 100;

    /// <summary>From the last byte of the request to the first byte of the answer; for a subscription, each event by itself.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>UTF-8 length of a whole HTTP body or WebSocket message, variables included.</summary>
    public int RequestBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Operations that one WebSocket connection may have open at once.</summary>
    public int SubscriptionsPerConnectionMax { get; set; } = 25;

    /// <summary>
    /// Asked before each operation of a WebSocket connection: how long its caller has to wait; null when it may go on. Requests over HTTP
    /// are counted by the host's own middleware.
    /// </summary>
    public Func<HttpContext, TimeSpan?>? WaitBeforeOperation { get; set; }

    /// <summary>
    /// What a client is told of a failure that is not the program's fault; null: nothing but that there was one. Asked of exceptions that
    /// resolvers throw.
    /// </summary>
    public Func<Exception, GraphQLError?>? ErrorOf { get; set; }

    /// <summary>How long a new WebSocket connection may take to introduce itself.</summary>
    public TimeSpan ConnectionInitTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a silent event stream shows that it is alive.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>Documents that are kept parsed, validated and planned; 0: none.</summary>
    public int CachedDocumentsMax { get; set; } = 1_000;

    /// <summary>
    /// UTF-8 length of the texts of all kept documents together; one with conditions on variables counts eightfold, for its plans, and one
    /// that counts for more than a sixteenth of this isn't kept. A byte of text takes 25 bytes of memory, 55 at worst.
    /// </summary>
    public int CachedDocumentsBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Documents that clients registered by hash (automatic persisted queries); 0 switches that off.</summary>
    public int PersistedQueriesMax { get; set; } = 1_000;

    /// <summary>
    /// UTF-8 length of all documents together that clients registered by hash; a text takes twice as much memory. One that is longer than
    /// a sixteenth of this isn't kept.
    /// </summary>
    public int PersistedQueriesBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Finds a document that was registered when the clients were built.</summary>
    public Func<string, string?>? TrustedDocuments { get; set; }

    /// <summary>Refuses every document that <see cref="TrustedDocuments"/> doesn't know.</summary>
    public bool TrustedDocumentsOnly { get; set; }

    /// <summary>Who may ask for the schema. Null: everybody.</summary>
    public Func<ClaimsPrincipal?, bool>? AllowIntrospection { get; set; }

    /// <summary>
    /// Browsers send simple requests across origins without asking. A request that could be one must carry a header that needs a preflight.
    /// </summary>
    public bool CsrfPrevention { get; set; } = true;

    /// <summary>Origins, besides the server's own, whose pages may open WebSockets.</summary>
    public ICollection<string> AllowedOrigins { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Judges the payload of a WebSocket's connection_init, where browsers have to put what would be a header elsewhere. Null refuses
    /// (4403), and so does no answer within <see cref="RequestTimeout"/> (4408).
    /// When it isn't set, the user of the HTTP request counts.
    /// </summary>
    public Func<HttpContext, JsonElement, ValueTask<ClaimsPrincipal?>>? AuthorizeConnection { get; set; }
}
