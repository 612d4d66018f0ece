using OrleansScheduling.DemoGenerator;

if (args is not ["--out", var directory])
{
    await Console.Error.WriteLineAsync(
        "Usage: dotnet run --project demo/generator -- --out DIR\nWrites the demonstration borough as import files.");
    return 2;
}

Directory.CreateDirectory(directory);
foreach (var (name, text) in Borough.Files()) await File.WriteAllTextAsync(Path.Combine(directory, name), text);
return 0;
