using System.Globalization;
using ExposureMap.Capture.Conversations;
using ExposureMap.Capture.Tests;
using ExposureMap.Capture.Tests.Sources;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Ingest;
using PacketDotNet;
using Xunit;

namespace ExposureMap.Tests.Ingest;

/// <summary>A capture into a map, however much of it is invented to fill the memory.</summary>
public sealed class MapReadingTests : IDisposable
{
    private const int Senders = 5000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("exposuremap-reading-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Into_FloodOfInventedSenders_MapKeepsWithinItsMemoryAndSaysWhatItLeftOut()
    {
        var map = new LiveMap { MaxOctets = 64 << 10 };

        var reading = MapReading.Into(map, [Flood()], isKept: false, ConversationTable.DefaultMemory, TestContext.Current.CancellationToken);

        var record = map.Freeze();
        Assert.InRange(record.Endpoints.Count, 2, Senders / 4);
        Assert.InRange(record.Facts.Rows.Count, 1, Senders / 4);
        Assert.Equal(1, record.Contacts.Count);                   // who was answered is in, though he came last
        Assert.Equal(Senders + 1, record.Conduits.Count + reading.Counters.Spared);
        var coverage = record.Coverage.Values.Single();
        Assert.Contains($"{reading.Counters.Spared} unanswered conversations are not in the map", coverage.Problem, StringComparison.Ordinal);
        Assert.Equal((Timestamp.FromUnix(0, 0), Timestamp.FromUnix(Senders + 1, 0)), (coverage.First, coverage.Last));
    }

    /// <summary>A minute apart, so that each attempt is over before the next; then a conversation.</summary>
    private string Flood()
    {
        var file = new CaptureBytes().PcapHeader();
        for (uint sender = 0; sender < Senders; sender++)
            Frame(sender, string.Create(CultureInfo.InvariantCulture, $"11.0.{sender / 250}.{1 + sender % 250}"), Wire.Server,
                Wire.Tcp(40000, 502, "S", 1, 0, []));
        Frame(Senders, Wire.Client, Wire.Server, Wire.Tcp(40000, 502, "S", 1, 0, []));
        Frame(Senders, Wire.Server, Wire.Client, Wire.Tcp(502, 40000, "SA", 1, 2, []));
        Frame(Senders + 1, Wire.Client, Wire.Server, Wire.Tcp(40000, 502, "A", 2, 2, []));
        var path = Path.Combine(_folder.FullName, "flood.pcap");
        File.WriteAllBytes(path, file.ToArray());
        return path;

        void Frame(uint second, string from, string to, byte[] segment) =>
            file.PcapFrame(second, 0, Wire.Ethernet(0x0800, Wire.IPv4(ProtocolType.Tcp, segment, from, to)));
    }
}
