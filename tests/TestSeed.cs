using System.Globalization;

namespace OrleansScheduling.Testing;

/// <summary>
/// Where random tests begin. The same seed every time, so that a run on a colleague's machine and one in CI are the same run;
/// <c>TEST_SEED=random</c> draws a new one, <c>TEST_SEED=n</c> repeats a run that printed n.
/// </summary>
static class TestSeed
{
    const string Variable = "TEST_SEED";
    const int Usual = 20_261_122;

    /// <param name="print">Where the test says which seed it uses, if it does not say so when it fails.</param>
    public static int Take(Action<string>? print = null)
    {
        var text = Environment.GetEnvironmentVariable(Variable);
        var seed = text switch
        {
            null or "" => Usual,
            "random" => Random.Shared.Next(),
            _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new InvalidOperationException(
                $"{Variable} is \"random\" or a whole number from 0 to {int.MaxValue}, not \"{text}\"."),
        };
        print?.Invoke($"seed {seed}; run again with {Variable}={seed}");
        return seed;
    }
}
