using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;
using OrleansScheduling.Ledger;
using OrleansScheduling.Ledger.PostgreSql;

namespace OrleansScheduling.Grains.Engine;

/// <summary>
/// The engine of a cluster: this process is a silo of Microsoft Orleans. What was chosen, and why, is in docs/decisions/0019.
/// </summary>
public static class GrainEngine
{
    const string Npgsql = "Npgsql";

    /// <summary>As in the engine of one process: at a millisecond a call it stands for ten seconds' work.</summary>
    const int MaxWaitingCalls = 10_000;

    /// <summary>A tenth of it is logged: early enough to act.</summary>
    const int ManyWaitingCalls = MaxWaitingCalls / 10;

    /// <summary>Membership, reminders and state are a few small statements a second.</summary>
    const int MaxConnections = 8;

    /// <summary>Probes that a silo may leave unanswered: a single one may be lost with a busy moment.</summary>
    const int MaxMissedProbes = 3;

    /// <summary>Three of the longest probes and the vote stay below ten seconds.</summary>
    static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(2.5);

    static readonly TimeSpan UsualProbe = TimeSpan.FromSeconds(1.5);

    /// <summary>What gossip did not bring is read after so long.</summary>
    static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Three of these without a sign, and a row is one of a process that died with all others: a cluster that starts again does not wait
    /// for it.
    /// </summary>
    static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Makes this process a silo. With PostgreSQL it joins the silos of its cluster's name in the ledger's database; with SQLite it is
    /// alone.
    /// The ledger is added before, so that its schema is there when the silo starts.
    /// </summary>
    /// <exception cref="InvalidDataException">A setting cannot be used.</exception>
    public static IHostApplicationBuilder AddGrainEngine(this IHostApplicationBuilder builder)
    {
        var cluster = builder.Configuration.GetSection(GrainClusterOptions.Section).Get<GrainClusterOptions>() ?? new GrainClusterOptions();
        cluster.Validate();
        // What Orleans retries by tells each placement of a grain.
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        var ledger = builder.Services.Select(service => service.ImplementationInstance).OfType<LedgerOptions>().Single();
        return builder.UseOrleans(silo =>
        {
            silo.ConfigureGrains();
            if (ledger.ConnectionString.Length > 0) silo.JoinCluster(cluster, ledger.ConnectionString);
            else silo.BeAlone();
        });
    }

    /// <summary>What grains rely on, wherever silos find each other.</summary>
    public static ISiloBuilder ConfigureGrains(this ISiloBuilder silo)
    {
        silo.Configure<SiloMessagingOptions>(messaging =>
        {
            messaging.MaxEnqueuedRequestsSoftLimit = ManyWaitingCalls;
            messaging.MaxEnqueuedRequestsHardLimit = MaxWaitingCalls;
            messaging.MaxEnqueuedRequestsSoftLimit_StatelessWorker = ManyWaitingCalls;
            messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker = MaxWaitingCalls;
        });
        silo.AddIncomingGrainCallFilter<AwayFilter>();
        silo.AddOutgoingGrainCallFilter<LostFilter>();
        silo.Services.AddWireForms();
        return silo;
    }

    /// <summary>What the wire has to know beside the contracts' records: lists that the compiler makes up, and our exceptions.</summary>
    public static IServiceCollection AddWireForms(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCodec, ReadOnlyListCodec>();
        services.AddSingleton<IGeneralizedCopier, ReadOnlyListCopier>();
        return services.Configure<ExceptionSerializationOptions>(
            exceptions => exceptions.SupportedNamespacePrefixes.UnionWith(["OrleansScheduling", Npgsql]));
    }

    static void JoinCluster(this ISiloBuilder silo, GrainClusterOptions cluster, string ledger)
    {
        var sessions = PostgreSqlSessions.Of(ledger, "orleans-scheduling cluster");
        sessions.MaxPoolSize = MaxConnections;
        var connection = sessions.ConnectionString;
        silo.Configure<ClusterOptions>(names => names.ServiceId = names.ClusterId = cluster.Name);
        var port = cluster.Port == 0 ? FreePort() : cluster.Port;
        // Nobody comes from outside the cluster, so there is no gateway.
        if (cluster.Address.Length > 0) silo.ConfigureEndpoints(IPAddress.Parse(cluster.Address), port, gatewayPort: 0);
        else silo.ConfigureEndpoints(port, gatewayPort: 0, listenOnAnyHostAddress: true);
        silo.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Npgsql, connection));
        silo.AddAdoNetGrainStorageAsDefault(storage => (storage.Invariant, storage.ConnectionString) = (Npgsql, connection));
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (Npgsql, connection));
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = UsualProbe;
            membership.MaxProbeTimeout = LongestProbe;
            membership.NumMissedProbesLimit = MaxMissedProbes;
            membership.TableRefreshTimeout = TableRefresh;
            membership.IAmAliveTablePublishTimeout = SignOfLife;
        });
    }

    /// <summary>One process with a file of its own: membership and reminders live as long as it does.</summary>
    static void BeAlone(this ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(FreePort(), gatewayPort: 0);
        silo.AddMemoryGrainStorageAsDefault();
        silo.UseInMemoryReminderService();
    }

    /// <summary>The system gives each asker another one, and comes round only after all others.</summary>
    static int FreePort()
    {
        using var any = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        any.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)any.LocalEndPoint!).Port;
    }
}
