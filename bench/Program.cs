using System.CommandLine;
using OrleansScheduling.Bench;
using OrleansScheduling.Bench.Abuse;
using OrleansScheduling.Bench.Booking;
using OrleansScheduling.Bench.Cluster;
using OrleansScheduling.Bench.Day;
using OrleansScheduling.Bench.Faults;
using OrleansScheduling.Bench.GraphQL;
using OrleansScheduling.Bench.Ledger;
using OrleansScheduling.Bench.Live;
using OrleansScheduling.Bench.Load;
using OrleansScheduling.Bench.Roads;
using OrleansScheduling.Bench.Scale;
using OrleansScheduling.Bench.Search;
using OrleansScheduling.Bench.Solomon;

// Each benchmark is a command of its own: dotnet run -c Release --project bench -- NAME [--seconds S] [--json FILE]
var root = new RootCommand(
    "Benchmarks. Peers are measured in the same run, and ratios to them are what counts: this machine's absolute numbers do not.");
root.Subcommands.Add(BenchCommand.Of(
    "ledger", "Durable bookings a second through the ledger alone, against plain clients.", LedgerBench.RunAsync));
root.Subcommands.Add(BenchCommand.Of(
    "booking", "Durable bookings a second through the diary grain, against plain clients.", BookingBench.RunAsync));
root.Subcommands.Add(BenchCommand.Of(
    "search", "Slot search while bookings land, against a flat scan of all gaps; and memory.", SearchBench.RunAsync));
root.Subcommands.Add(BenchCommand.Of(
    "roads", "Road networks: making them, fastest ways against plain Dijkstra, tables, and slot search along roads.", RoadsBench.RunAsync));
root.Subcommands.Add(BenchCommand.Of(
    "abuse", "Refusing documents that are made to bring a server down: time in process, and memory.", AbuseBench.RunAsync));
root.Subcommands.Add(BenchCommand.Of(
    "graphql", "The API against Mercurius and GraphQL Yoga on equal data, and 2,000 subscribers.", GraphQLBench.RunAsync));
root.Subcommands.Add(BenchCommand.Of(
    "cluster", "Bookings a second by one, two and three processes on one database, with each engine that is built.",
    ClusterBench.RunAsync));
root.Subcommands.Add(ClusterMember.Command());
root.Subcommands.Add(BenchCommand.Of(
    "live", "The day's plan at work: from a visit that overruns to the repair that is committed.", LiveBench.RunAsync));
root.Subcommands.Add(SolomonBench.Command());
root.Subcommands.Add(DayBench.Command());
root.Subcommands.Add(FaultsBench.Command());
root.Subcommands.Add(ScaleBench.Command());
root.Subcommands.Add(LoadProcess.Command());
return await root.Parse(args).InvokeAsync();
