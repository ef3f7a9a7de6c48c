using System.Diagnostics;
using System.Runtime.CompilerServices;
using ExposureMap.Graph.Map;
using ExposureMap.Store;

namespace ExposureMap.Tests.Store;

/// <summary>
/// This test program again as a child that does nothing but save a growing map, until it is killed. It writes a line before each save.
/// </summary>
internal static class SavingProcess
{
    /// <summary>By how many the map grows from save to save.</summary>
    public const int Conversations = 500;

    private const string Variable = "EXPOSUREMAP_TESTS_SAVE_TO";

    public static Process Start(string path)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (System.IO.Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(SavingProcess).Assembly.Location);
        start.Environment[Variable] = path;
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void SaveIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path) return;
        using var store = MapStore.Open(path);
        var map = new LiveMap(store.Load());
        for (var first = (int)Records.Conversations(map.Freeze()); ; first += Conversations)
        {
            Records.Talk(map, first, Conversations);
            Console.WriteLine(first);
            store.Save(map.Freeze());
        }
    }
}
