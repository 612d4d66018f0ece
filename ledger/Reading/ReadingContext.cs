using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OrleansScheduling.Ledger.Registry;

namespace OrleansScheduling.Ledger.Reading;

/// <summary>
/// The record as questions are asked of it: no tracking, no writing, and nothing but what the scope lets see. The query filters below are
/// the one place where rows are kept from those who may not see them; they say in SQL what <c>AccessScope</c> says in memory.
/// </summary>
public abstract class ReadingContext : DbContext
{
    ReadingScope scope = ReadingScope.Nothing;

    protected ReadingContext(DbContextOptions options)
        : base(options)
    {
    }

    public DbSet<OrganisationRecord> Organisations => Set<OrganisationRecord>();

    public DbSet<BankHolidayRecord> BankHolidays => Set<BankHolidayRecord>();

    public DbSet<ContractRecord> Contracts => Set<ContractRecord>();

    public DbSet<OperativeRecord> Operatives => Set<OperativeRecord>();

    public DbSet<RateRecord> Rates => Set<RateRecord>();

    public DbSet<PropertyRecord> Properties => Set<PropertyRecord>();

    public DbSet<JobRecord> Jobs => Set<JobRecord>();

    public DbSet<JobLineRecord> JobLines => Set<JobLineRecord>();

    public DbSet<VisitRecord> Visits => Set<VisitRecord>();

    /// <summary>All that takes an operative's time.</summary>
    public DbSet<DiaryVisitRecord> DiaryVisits => Set<DiaryVisitRecord>();

    public DbSet<DiaryVersionRecord> DiaryVersions => Set<DiaryVersionRecord>();

    public DbSet<QuotaUseRecord> QuotaUse => Set<QuotaUseRecord>();

    /// <summary>
    /// Whether the context is for scopes of one person (<see cref="ReadingScope.OwnOnly"/>) and not for an organisation's people. The query
    /// filters of the two are different models: a filter that asked the scope which of the two it is would be planned by the database with
    /// both halves, and planning costs a question of one page as much as answering it.
    /// </summary>
    protected virtual bool OfOnePerson => false;

    /// <summary>Set anew each time the context is taken from its pool.</summary>
    internal void Use(ReadingScope by)
    {
        if (by.OwnOnly != OfOnePerson) throw new InvalidOperationException("This context filters for others than those of the scope.");
        scope = by;
    }

    int Organisation => scope.Organisation;

    int[] ContractIds => scope.Contracts;

    int[] OrganisationIds => scope.Organisations;

    string[] Schedules => scope.Schedules;

    string[] Served => scope.Served;

    bool AllContracts => scope.AllContracts;

    bool AllOwnProperties => scope.AllOwnProperties;

    int OwnOperative => scope.OwnOperative;

    int OwnHome => scope.OwnHome;

    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw ReadOnly();

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        throw ReadOnly();

    static InvalidOperationException ReadOnly() => new("The reading side reads. What is written goes through ILedger and IRegistryStore.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Filter(modelBuilder);
        ReadingModel.Build(modelBuilder);
        BuildFor(modelBuilder);
    }

    /// <summary>
    /// Properties whose postcode starts with, whose address has words that start with, or whose reference equals the text; as the registry
    /// finds them, and filtered like every other question.
    /// </summary>
    public IQueryable<PropertyRecord> FindProperties(string text)
    {
        var looked = text.Trim().Replace("\0", "", StringComparison.Ordinal);
        if (looked.Length is 0 or > SearchText.MaxLength) return Properties.Where(_ => false);
        return Find(looked, SearchText.Key(looked), [.. SearchText.Words(looked).Take(SearchText.MaxWords)]);
    }

    /// <param name="words">Letters and digits only.</param>
    protected abstract IQueryable<PropertyRecord> Find(string reference, string postcodeKey, IReadOnlyList<string> words);

    /// <summary>What differs between the databases.</summary>
    protected abstract void BuildFor(ModelBuilder modelBuilder);

    void Filter(ModelBuilder model)
    {
        model.Entity<OrganisationRecord>().HasQueryFilter(row => OrganisationIds.Contains(row.Id));
        model.Entity<BankHolidayRecord>().HasQueryFilter(row => OrganisationIds.Contains(row.OrganisationId));
        model.Entity<ContractRecord>().HasQueryFilter(row => ContractIds.Contains(row.Id));
        // Of an operative who is seen, only what has to do with contracts that are.
        model.Entity<OperativeClearanceRecord>().HasQueryFilter(row => ContractIds.Contains(row.ContractId));
        model.Entity<RateRecord>().HasQueryFilter(row => Schedules.Contains(row.Schedule));
        model.Entity<JobLineRecord>().HasQueryFilter(row => Jobs.Any(job => job.Id == row.JobId));
        // Whoever sees the operative sees when the operative is busy.
        model.Entity<DiaryVisitRecord>().HasQueryFilter(row => Operatives.Any(operative => operative.Id == row.OperativeId));
        model.Entity<DiaryVersionRecord>().HasQueryFilter(row => Operatives.Any(operative => operative.Id == row.OperativeId));
        if (OfOnePerson) FilterForOnePerson(model);
        else FilterForAnOrganisation(model);
    }

    void FilterForAnOrganisation(ModelBuilder model)
    {
        model.Entity<QuotaUseRecord>().HasQueryFilter(row => ContractIds.Contains(row.ContractId));
        model.Entity<OperativeRecord>().HasQueryFilter(row => row.ContractorId == Organisation
            && (AllContracts || row.Clearances!.Any()));
        model.Entity<PropertyRecord>().HasQueryFilter(row =>
            (AllOwnProperties && row.ClientId == Organisation) || Served.Contains(row.ClientId + "/" + row.Patch));
        model.Entity<JobRecord>().HasQueryFilter(row => ContractIds.Contains(row.ContractId));
        model.Entity<VisitRecord>().HasQueryFilter(row => ContractIds.Contains(row.ContractId));
    }

    void FilterForOnePerson(ModelBuilder model)
    {
        model.Entity<QuotaUseRecord>().HasQueryFilter(_ => false);
        model.Entity<OperativeRecord>().HasQueryFilter(row => row.ContractorId == Organisation && row.Id == OwnOperative);
        // An operative sees where the own visits are: asked for once, and not again for each property.
        model.Entity<PropertyRecord>().HasQueryFilter(row => (row.Id == OwnHome && row.ClientId == Organisation)
            || Set<VisitRecord>().Where(visit => visit.OperativeId == OwnOperative).Select(visit => visit.PropertyId).Contains(row.Id));
        model.Entity<JobRecord>().HasQueryFilter(row => ContractIds.Contains(row.ContractId)
            && (row.PropertyId == OwnHome || row.Visits!.Any(visit => visit.OperativeId == OwnOperative)));
        model.Entity<VisitRecord>().HasQueryFilter(row => ContractIds.Contains(row.ContractId)
            && (row.OperativeId == OwnOperative || row.PropertyId == OwnHome));
    }
}

/// <summary>Tables, views and columns, the same in both databases.</summary>
static class ReadingModel
{
    public static void Build(ModelBuilder model)
    {
        Registry(model);
        Lists(model);
        model.Entity<JobRecord>(job =>
        {
            job.ToView("job_read").HasKey(row => row.Id);
            Column(job, "Id", "job_id");
            job.HasMany(row => row.JobLines).WithOne().HasForeignKey(row => row.JobId);
            job.HasMany(row => row.Visits).WithOne().HasForeignKey(row => row.JobId);
        });
        model.Entity<JobLineRecord>(line => line.ToView("job_line").HasKey(row => new { row.JobId, row.Place }));
        model.Entity<VisitRecord>(visit => visit.ToView("visit_read").HasKey(row => new { row.JobId, row.Number }));
        model.Entity<DiaryVisitRecord>(visit => visit.ToTable("visit").HasKey(row => new { row.JobId, row.Number }));
        model.Entity<DiaryVersionRecord>(diary => diary.ToTable("diary").HasKey(row => row.OperativeId));
        model.Entity<QuotaUseRecord>(quota =>
        {
            quota.ToTable("quota_use").HasKey(row => new { row.ContractId, row.Day, row.Window, row.Patch });
            Column(quota, "Window", "window_code");
        });
        Snake(model);
    }

    static void Registry(ModelBuilder model)
    {
        model.Entity<OrganisationRecord>(row =>
        {
            row.ToTable("organisation").HasKey(it => it.Id);
            Column(row, "Id", "organisation_id");
        });
        model.Entity<BankHolidayRecord>(row => row.ToTable("bank_holiday").HasKey(it => new { it.OrganisationId, it.Day }));
        model.Entity<ContractRecord>(row =>
        {
            row.ToTable("contract").HasKey(it => it.Id);
            Column(row, "Id", "contract_id");
            row.Ignore(it => it.Whole);
            row.HasMany(it => it.Patches).WithOne().HasForeignKey(it => it.ContractId);
            row.HasMany(it => it.Trades).WithOne().HasForeignKey(it => it.ContractId);
        });
        model.Entity<OperativeRecord>(row =>
        {
            row.ToTable("operative").HasKey(it => it.Id);
            Column(row, "Id", "operative_id");
            row.Ignore(it => it.Whole);
            row.HasMany(it => it.Trades).WithOne().HasForeignKey(it => it.OperativeId);
            row.HasMany(it => it.Skills).WithOne().HasForeignKey(it => it.OperativeId);
            row.HasMany(it => it.Clearances).WithOne().HasForeignKey(it => it.OperativeId);
            row.HasOne(it => it.DedicatedContract).WithMany().HasForeignKey(it => it.DedicatedTo);
            row.HasMany(it => it.Patches).WithOne().HasForeignKey(it => it.OperativeId);
        });
        model.Entity<RateRecord>(row =>
        {
            row.ToView("rate_read").HasKey(it => new { it.Schedule, it.Code });
            row.Ignore(it => it.Skills);
        });
        model.Entity<PropertyRecord>(row =>
        {
            row.ToTable("property").HasKey(it => it.Id);
            Column(row, "Id", "property_id");
            Column(row, "AddressLine1", "address_line_1");
            Column(row, "AddressLine2", "address_line_2");
            Column(row, "LatitudeDegrees", "latitude");
            Column(row, "LongitudeDegrees", "longitude");
        });
    }

    static void Lists(ModelBuilder model)
    {
        model.Entity<ContractPatchRecord>().ToView("contract_patch").HasKey(row => new { row.ContractId, row.Patch });
        model.Entity<ContractTradeRecord>().ToView("contract_trade").HasKey(row => new { row.ContractId, row.Trade });
        model.Entity<OperativeTradeRecord>().ToView("operative_trade").HasKey(row => new { row.OperativeId, row.Trade });
        model.Entity<OperativeSkillRecord>().ToView("operative_skill").HasKey(row => new { row.OperativeId, row.Skill });
        model.Entity<OperativeClearanceRecord>().ToView("operative_clearance").HasKey(row => new { row.OperativeId, row.ContractId });
        model.Entity<OperativePatchRecord>().ToView("operative_patch").HasKey(row => new { row.OperativeId, row.Patch });
    }

    static void Column(EntityTypeBuilder row, string property, string column) =>
        row.Metadata.FindProperty(property)!.SetColumnName(column);

    /// <summary><c>FirstDay</c> is <c>first_day</c>, unless a column was named.</summary>
    static void Snake(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                if (property.GetColumnName() == property.Name) property.SetColumnName(Snake(property.Name));
            }
        }
    }

    static string Snake(string name) => name switch
    {
        "LatitudeDegrees" => "latitude",
        "LongitudeDegrees" => "longitude",
        _ => string.Concat(name.Select((letter, at) =>
            at > 0 && char.IsUpper(letter) ? "_" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString())),
    };
}
