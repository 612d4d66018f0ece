using System.Buffers;
using OrleansScheduling.GraphQL.Execution;
using OrleansScheduling.GraphQL.Tests.Support;
using Xunit.Abstractions;

namespace OrleansScheduling.GraphQL.Tests.Execution;

/// <summary>Memory per request doesn't depend on how busy the machine is, so it is what a test can hold the hot path to.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    const int Requests = 2_000;

    [Theory]
    [InlineData("{ __typename }", 3_000)]
    [InlineData("{ books { id title genre } }", 6_000)]
    [InlineData("{ page(first: 100) { nodes { id title } } }", 60_000)]
    public void A_request_that_was_seen_before_costs_little_memory(string query, long bytesMax)
    {
        var library = new LibraryEngine();
        var request = new GraphQLRequest { Query = query };
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        void Once()
        {
            var pending = library.ExecuteAsync(request);
            Assert.True(pending.IsCompletedSuccessfully, "Nothing here has to wait.");
            buffer.ResetWrittenCount();
            ((ExecutionResult)pending.Result).WriteTo(buffer);
        }

        for (var i = 0; i < 200; i++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++) Once();
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Requests;
        output.WriteLine($"{each} bytes a request");
        Assert.InRange(each, 1, bytesMax);
    }
}
