namespace OrleansScheduling.Testing;

/// <summary>A test that needs an installed PostgreSQL server: skipped with the reason on a laptop without one, failed where
/// <c>CI=true</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() => Skip = PostgreSqlNeeded.Reason;
}

/// <summary>As <see cref="PostgreSqlFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlTheoryAttribute : TheoryAttribute
{
    public PostgreSqlTheoryAttribute() => Skip = PostgreSqlNeeded.Reason;
}

public static class PostgreSqlNeeded
{
    /// <summary>Why tests on PostgreSQL are skipped here, or null when they run. In CI they always run, and fail without a
    /// server.</summary>
    public static string? Reason =>
        PrivatePostgreSql.FindBinaries() is not null || Environment.GetEnvironmentVariable("CI") is "true" or "1"
            ? null
            : "No PostgreSQL server is installed (looked in /usr/lib/postgresql/*/bin and $POSTGRESQL_BIN).";
}
