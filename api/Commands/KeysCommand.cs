using System.CommandLine;
using System.Globalization;
using OrleansScheduling.Api.Access.Keys;
using OrleansScheduling.Api.Access.Tokens;
using OrleansScheduling.Api.Hosting;
using OrleansScheduling.Domain.Access;
using OrleansScheduling.Domain.Organisations;
using OrleansScheduling.Ledger;

namespace OrleansScheduling.Api.Commands;

/// <summary><c>keys create | list | revoke</c>: the API keys by which systems sign in.</summary>
static class KeysCommand
{
    /// <summary>What was asked for names something that is not there, or may not be.</summary>
    public const int Refused = 1;

    /// <summary>Who made or revoked a key, when it was done here.</summary>
    const string By = "command-line";

    /// <summary>A person's own roles need a person; a key is a system's.</summary>
    static readonly Role[] Possible = [Role.Integrator, Role.CallHandler, Role.Planner, Role.ContractManager, Role.Administrator];

    /// <summary>What a new key is to be.</summary>
    public sealed record NewKey(string Organisation, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Contracts, int Days);

    public static Command Create() => new("keys", "Makes, lists and revokes the API keys by which systems sign in.")
    {
        CreateCreate(), CreateList(), CreateRevoke(),
    };

    static Command CreateCreate()
    {
        var organisation = new Option<string>("--organisation") { Description = "The organisation's reference.", Required = true };
        var name = new Option<string>("--name") { Description = "What the key is for.", Required = true };
        var roles = new Option<string[]>("--role")
        {
            Description = $"One or more of {string.Join(", ", Possible)}.",
            DefaultValueFactory = _ => [nameof(Role.Integrator)],
        };
        var contracts = new Option<string[]>("--contract") { Description = "References of the contracts it is limited to; none: all." };
        var days = new Option<int>("--days")
        {
            Description = $"Days until it expires, at most {ApiKey.MaxDays}.",
            DefaultValueFactory = _ => ApiKey.DefaultDays,
        };
        var command = new Command("create", "Makes a key and prints it. It is kept nowhere and can't be shown again.")
        {
            organisation, name, roles, contracts, days,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => CreateAsync(
            new NewKey(
                parsed.GetRequiredValue(organisation), parsed.GetRequiredValue(name), parsed.GetValue(roles) ?? [],
                parsed.GetValue(contracts) ?? [], parsed.GetValue(days)),
            [.. parsed.UnmatchedTokens], Console.Out, cancellationToken));
        return command;
    }

    static Command CreateList()
    {
        var organisation = new Option<string?>("--organisation") { Description = "One organisation's reference; otherwise all." };
        var command = new Command("list", "Lists keys: what they are for and when they were used, not the keys themselves.")
        {
            organisation,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => ListAsync(
            parsed.GetValue(organisation), [.. parsed.UnmatchedTokens], Console.Out, cancellationToken));
        return command;
    }

    static Command CreateRevoke()
    {
        var id = new Argument<string>("ID") { Description = "The key's first part, as the list shows it, with or without osk_." };
        var command = new Command("revoke", "Revokes a key for good.") { id };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellationToken) => RevokeAsync(
            parsed.GetRequiredValue(id), [.. parsed.UnmatchedTokens], Console.Out, cancellationToken));
        return command;
    }

    public static Task<int> CreateAsync(NewKey wanted, string[] settings, TextWriter output, CancellationToken cancellationToken) =>
        RunAsync(settings, async (keys, registry) =>
        {
            if (registry.Organisations.FirstOrDefault(one => one.Reference == wanted.Organisation) is not { } organisation)
                return await FailAsync(output, $"There is no organisation {wanted.Organisation}.");
            if (wanted.Name.Trim().Length is 0 or > ApiKey.MaxNameLength)
                return await FailAsync(output, $"A name has 1 to {ApiKey.MaxNameLength} characters.");
            if (wanted.Days is < 1 or > ApiKey.MaxDays) return await FailAsync(output, $"A key lasts 1 to {ApiKey.MaxDays} days.");
            var roles = wanted.Roles.Select(TokenPrincipals.RoleOf).ToHashSet();
            if (roles.Count == 0 || !roles.IsSubsetOf(Possible))
                return await FailAsync(output, $"A key's roles are of {string.Join(", ", Possible)}.");
            var (contracts, unknown) = ContractsOf(wanted, organisation, registry);
            if (contracts is null) return await FailAsync(output, $"{organisation.Name} has no contract {unknown}.");
            var made = await keys.CreateAsync(organisation.Id, wanted.Name.Trim(), roles, contracts, wanted.Days, By, cancellationToken);
            if (made is not { } created)
                return await FailAsync(output, $"{organisation.Name} has {ApiKeys.MaxKeys} keys; revoke one that is not needed.");
            await output.WriteLineAsync(created.Text);
            await output.WriteLineAsync(
                $"For {organisation.Name}, {string.Join(", ", created.Key.Roles)}, until {Day(created.Key.ExpiresAt)}. "
                + "Keep it now: it is not shown again.");
            return 0;
        }, cancellationToken);

    static (ContractScope? Contracts, string? Unknown) ContractsOf(NewKey wanted, Organisation organisation, RegistrySnapshot registry)
    {
        if (wanted.Contracts.Count == 0) return (ContractScope.All, null);
        var own = registry.Contracts.Where(contract => contract.Client == organisation.Id || contract.Contractor == organisation.Id)
            .ToDictionary(contract => contract.Reference, contract => contract.Id, StringComparer.Ordinal);
        var unknown = wanted.Contracts.FirstOrDefault(reference => !own.ContainsKey(reference));
        return unknown is null ? (ContractScope.Of(wanted.Contracts.Select(reference => own[reference])), null) : (null, unknown);
    }

    public static Task<int> ListAsync(string? reference, string[] settings, TextWriter output, CancellationToken cancellationToken) =>
        RunAsync(settings, async (keys, registry) =>
        {
            var chosen = registry.Organisations.Where(one => reference is null || one.Reference == reference).ToList();
            if (reference is not null && chosen.Count == 0) return await FailAsync(output, $"There is no organisation {reference}.");
            var now = TimeProvider.System.GetUtcNow();
            foreach (var organisation in chosen)
            {
                foreach (var key in await keys.ListAsync(organisation.Id, cancellationToken))
                    await output.WriteLineAsync(Line(organisation, key, now));
            }

            return 0;
        }, cancellationToken);

    static string Line(Organisation organisation, ApiKey key, DateTimeOffset now) => string.Join(
        "  ",
        key.Prefix,
        key.State(now),
        organisation.Reference,
        string.Join(",", key.Roles),
        $"until {Day(key.ExpiresAt)}",
        key.LastUsedAt is { } used ? $"used {Day(used)}" : "never used",
        key.Name);

    public static Task<int> RevokeAsync(string id, string[] settings, TextWriter output, CancellationToken cancellationToken) =>
        RunAsync(settings, async (keys, _) =>
        {
            var bare = id.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) ? id[ApiKeyText.Prefix.Length..] : id;
            // Somebody may paste the whole key.
            if (bare.Contains('_', StringComparison.Ordinal)) bare = bare[..bare.IndexOf('_', StringComparison.Ordinal)];
            if (bare.Length is 0 or > 64 || await keys.RevokeAsync(bare, By, cancellationToken) is not { } key)
                return await FailAsync(output, "There is no such key.");
            await output.WriteLineAsync(
                $"{key.Prefix} is revoked. A server that has just used it stops within {(int)ApiKeys.Memory.TotalSeconds} seconds.");
            return 0;
        }, cancellationToken);

    static async Task<int> RunAsync(
        string[] settings, Func<ApiKeys, RegistrySnapshot, Task<int>> run, CancellationToken cancellationToken)
    {
        var builder = DeskHost.SettingsBuilder(settings);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddLedger(builder.Configuration);
        await using var app = builder.Build();
        var database = app.Services.GetRequiredService<LedgerDatabase>();
        await database.StartAsync(cancellationToken);
        var registry = await database.Registry.LoadAsync(cancellationToken);
        return await run(new ApiKeys(database.State, app.Services.GetRequiredService<TimeProvider>()), registry);
    }

    static async Task<int> FailAsync(TextWriter output, string why)
    {
        await output.WriteLineAsync(why);
        return Refused;
    }

    static string Day(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
