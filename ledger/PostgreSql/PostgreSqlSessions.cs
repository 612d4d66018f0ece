using Npgsql;

namespace OrleansScheduling.Ledger.PostgreSql;

/// <summary>
/// What all connections to PostgreSQL have in common, whoever opens them: both ends notice when the other is gone without goodbye.
/// </summary>
public static class PostgreSqlSessions
{
    /// <summary>
    /// The server forgets a session twenty seconds after its client was heard last, or took the last of what it was sent. By itself it
    /// would keep it for two hours (the system's <c>tcp_keepalive_time</c>), and a few nodes that died while they were cut off would have
    /// used up <c>max_connections</c>. Longer than the client takes, which is the one that may still have something to say. See
    /// PostgreSQL's manual, "Connections and Authentication", TCP Settings.
    /// </summary>
    const string ForgetsWhoIsGone =
        "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=5 -c tcp_user_timeout=20000";

    /// <param name="connectionString">What its owner sets in it (<c>Options</c>) goes before what is set here.</param>
    /// <param name="name">What <c>pg_stat_activity</c> calls the sessions.</param>
    public static NpgsqlConnectionStringBuilder Of(string connectionString, string name)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = name,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 2,
            TcpKeepAliveInterval = 1,
        };
        connection.Options = $"{ForgetsWhoIsGone} {connection.Options}".Trim();
        return connection;
    }
}
