using System.Reflection;
using System.Text.RegularExpressions;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Ingest;
using Xunit;

namespace ExposureMap.Tests.Rooms;

/// <summary>Who may know whom, what every protocol and rule must have, and how long a file may be.</summary>
public sealed partial class RoomTests
{
    /// <summary>Imports go leftwards only.</summary>
    private static readonly string[] GraphRooms = ["Observation", "Segments", "Map", "Paths", "Findings", "Export"];

    /// <summary>Tables are longer than other files may be, because splitting them would hide them.</summary>
    private static readonly Dictionary<string, string> LongTables = [];

    private const int MostLines = 400;

    private static string[] Sources(string project) =>
    [
        .. Directory.EnumerateFiles(Repository.Path("src", project), "*.cs", SearchOption.AllDirectories)
            .Where(path =>
                !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !path.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static string NameOf(string path) => Path.GetRelativePath(Repository.Path("src"), path).Replace('\\', '/');

    private static IEnumerable<string> Strangers(Assembly assembly, params string[] known) =>
        assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
        .Where(name => !known.Contains(name) && name != "System" && !name.StartsWith("System.", StringComparison.Ordinal) && name != "netstandard");

    [Fact]
    public void Graph_ReferencesNothingButTheFrameworkAndQuikGraph() => Assert.Empty(Strangers(typeof(Finding).Assembly, "QuikGraph"));

    [Fact]
    public void Capture_ReferencesNothingButTheGraphAndItsLibraries() =>
        Assert.Empty(Strangers(typeof(IProtocol).Assembly, "ExposureMap.Graph", "SharpPcap", "PacketDotNet", "ZstdSharp"));

    /// <summary>The pure core reads no clock, file, socket or process.</summary>
    [Fact]
    public void Graph_NamesNoClockFileOrSocket() =>
        Assert.Empty(
            Strange("ExposureMap.Graph",
                @"\b(File|Directory|FileStream|Socket|Process|TimeProvider|Stopwatch|Environment|Console)\.|using System\.(IO|Net\.Sockets|Diagnostics\.Process)|Microsoft\.Extensions", _ => false));

    [Fact]
    public void SharpPcap_IsNamedOnlyBySources() =>
        Assert.Empty(
            Strange("ExposureMap.Capture", @"\bSharpPcap\b", name => name.StartsWith("ExposureMap.Capture/Sources/", StringComparison.Ordinal)));

    /// <summary>Its vocabulary serves the link tables; its parsing only the view for people.</summary>
    [Fact]
    public void PacketDotNet_IsNamedOnlyByFrames()
    {
        Assert.Empty(
            Strange("ExposureMap.Capture", @"using PacketDotNet", name => name.StartsWith("ExposureMap.Capture/Frames/", StringComparison.Ordinal)));
        Assert.Empty(
            Strange("ExposureMap.Capture", @"\bPacket\.Parse|PayloadPacket|\bExtract<", name => name == "ExposureMap.Capture/Frames/FrameView.cs"));
    }

    [Fact]
    public void Program_NamesNeitherSharpPcapNorPacketDotNet() => Assert.Empty(Strange("ExposureMap", @"using (SharpPcap|PacketDotNet)", _ => false));

    private static IEnumerable<string> Strange(string project, string pattern, Func<string, bool> isAllowed) => Sources(project)
        .Where(path =>
            !isAllowed(NameOf(path))
            && File.ReadLines(path).Any(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Regex.IsMatch(line, pattern)))
        .Select(NameOf);

    [Fact]
    public void GraphRooms_ImportOnlyLeftwards()
    {
        var wrong = new List<string>();
        foreach (var path in Sources("ExposureMap.Graph"))
        {
            var room = Array.IndexOf(GraphRooms, NameOf(path).Split('/')[1]);
            Assert.True(room >= 0, $"{NameOf(path)} lies in no room");
            foreach (Match import in GraphImport().Matches(File.ReadAllText(path)))
            {
                if (Array.IndexOf(GraphRooms, import.Groups[1].Value) > room) wrong.Add($"{NameOf(path)} imports {import.Groups[1].Value}");
            }
        }

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"\bExposureMap\.Graph\.(Observation|Segments|Map|Paths|Findings|Export)\b")]
    private static partial Regex GraphImport();

    [Fact]
    public void Graph_DoesNotNameTheRoomsAboveIt()
    {
        Assert.Empty(Strange("ExposureMap.Graph", @"ExposureMap\.(Capture|Api|Commands|Store|Hosting)\b", _ => false));
        Assert.Empty(
            Strange("ExposureMap.Capture",
                @"ExposureMap\.(Api|Commands|Store|Hosting)\b|ExposureMap\.Graph\.(Map|Paths|Findings|Export|Segments)\b", _ => false));
    }

    [Fact]
    public void Protocols_EachHasATestClass()
    {
        var untested = ProtocolCatalog.All.Select(protocol => protocol.GetType().Name)
            .Where(name => !File.Exists(Repository.Path("tests", "ExposureMap.Capture.Tests", "Protocols", $"{name}Tests.cs")));

        Assert.Empty(untested);
    }

    /// <summary>The sample is there, and the whole way of a frame names the protocol in it.</summary>
    [Fact]
    public void Protocols_EachHasASampleThatSpeaksIt()
    {
        var silent = new List<string>();
        foreach (var protocol in ProtocolCatalog.All)
        {
            var path = Repository.Path("tests", "Samples", "protocols", $"{protocol.Name}.pcap");
            if (!File.Exists(path))
            {
                silent.Add($"{protocol.Name}: no sample");
                continue;
            }

            var map = new LiveMap();
            MapReading.Into(map, [path], isKept: false, CancellationToken.None);
            if (!map.Freeze().Services.Any(service => service.Speaks(protocol.Name))) silent.Add($"{protocol.Name}: not recognised in its sample");
        }

        Assert.Empty(silent);
    }

    [Fact]
    public void Protocols_NamesAreUnique() =>
        Assert.Equal(ProtocolCatalog.All.Length, ProtocolCatalog.All.DistinctBy(protocol => protocol.Name).Count());

    [Fact]
    public void Rules_IdsAreUniqueAndWellFormed()
    {
        Assert.Equal(FindingCatalog.Rules.Length, FindingCatalog.Rules.DistinctBy(rule => rule.Id).Count());
        Assert.All(FindingCatalog.Rules, rule => Assert.Matches("^EM[0-9]{3}$", rule.Id));
    }

    [Fact]
    public void Files_AreNotLongerThanAFileMayBe()
    {
        var tooLong = ((string[])["ExposureMap", "ExposureMap.Capture", "ExposureMap.Graph"]).SelectMany(Sources)
            .Where(path => !LongTables.ContainsKey(NameOf(path)) && File.ReadLines(path).Count() > MostLines).Select(NameOf);

        Assert.Empty(tooLong);
    }
}
