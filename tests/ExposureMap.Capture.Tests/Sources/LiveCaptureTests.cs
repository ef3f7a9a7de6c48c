using System.Diagnostics;
using ExposureMap.Capture.Sources;
using Xunit;

namespace ExposureMap.Capture.Tests.Sources;

public sealed class LiveCaptureTests
{
    private const int VlanTag = 12;                            // octets before the tag: two MAC addresses

    [Fact]
    public void Read_FramesOnTheWire_SeesEveryOneWithItsVlanTag()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            using var capture = LiveCapture.Open("mirror");
            NetworkNamespace.Send("probe", Enumerable.Range(0, 5000).Select(number => Frame(number, vlan: number % 2 == 0 ? 701 : null)));

            var frames = Collect(capture, 5000);

            Assert.Equal(Enumerable.Range(0, 5000), frames.Select(frame => frame.Octets[^1] | (frame.Octets[^2] << 8)));
            Assert.Equal(Enumerable.Range(1, 5000).Select(number => (long)number), frames.Select(frame => frame.Number));
            Assert.All(frames.Where((_, number) => number % 2 == 0),
                frame => Assert.Equal([0x81, 0x00, 0x02, 0xBD], frame.Octets[VlanTag..(VlanTag + 4)]));
            Assert.All(frames, frame => Assert.Equal((ushort)1, frame.LinkType));
            Assert.Contains(frames, frame => frame.Nanoseconds % 1000 != 0);
            Assert.Equal("mirror", frames[0].Capture);
            Assert.Equal(new CaptureStatistics(5000, 0, 0, 0, 0), capture.Statistics);
            Assert.Equal(5000, capture.KernelSeen);
            Assert.Equal(LiveState.Live, capture.State);
        });
    }

    [Fact]
    public void Read_WithFilter_SeesOnlyWhatItLetsThrough()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            using var capture = LiveCapture.Open("mirror", new LiveOptions { Filter = "ether dst 02:00:00:00:00:07" });
            NetworkNamespace.Send("probe", Enumerable.Range(0, 100).Select(number => Frame(number, target: (byte)(number % 10))));

            Assert.Equal(Enumerable.Range(0, 10).Select(number => (number * 10) + 7), Collect(capture, 10).Select(frame => (int)frame.Octets[^1]));
            Assert.Equal(10, capture.Statistics.Received);
        });
    }

    [Fact]
    public void Open_WrongFilter_IsRefusedWithTheFilter()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            var refused = Assert.Throws<CaptureException>(() => LiveCapture.Open("mirror", new LiveOptions { Filter = "tcp prot 502" }));
            Assert.Contains("tcp prot 502", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Dispose_OnAnIdleInterface_ReturnsWithinTwoSeconds()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            var capture = LiveCapture.Open("mirror");
            var batch = new FrameBatch();
            Assert.True(capture.Read(batch, TestContext.Current.CancellationToken));
            Assert.Equal(0, batch.Count);

            var clock = Stopwatch.StartNew();
            capture.Dispose();

            Assert.InRange(clock.ElapsedMilliseconds, 0, 2000);
            Assert.Equal(LiveState.Stopped, capture.State);
            Assert.False(capture.Read(batch, TestContext.Current.CancellationToken));
            Assert.Equal(0, capture.Statistics.Received);      // still answers
        });
    }

    [Fact]
    public void Read_ReaderTooSlow_DropsTheNewestAndCountsEveryFrame()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            using var capture = LiveCapture.Open("mirror", new LiveOptions { Batches = 2 });
            NetworkNamespace.Send("probe", Enumerable.Range(0, 4000).Select(number => Frame(number, length: 1500)));
            var clock = Stopwatch.StartNew();
            while (capture.Statistics.Received < 4000 && clock.Elapsed < TimeSpan.FromSeconds(10)) Thread.Sleep(20);

            var frames = Collect(capture, 4000, milliseconds: 500);
            var statistics = capture.Statistics;

            Assert.InRange(statistics.QueueDropped, 1, 3999);
            Assert.Equal(4000, statistics.Received);
            Assert.Equal(4000, frames.Count + statistics.QueueDropped);
            Assert.Equal(Enumerable.Range(0, frames.Count), frames.Select(frame => frame.Octets[^1] | (frame.Octets[^2] << 8)));
        });
    }

    [Fact]
    public void State_InterfaceRemoved_IsMissingAndTheReadingEnds()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            using var capture = LiveCapture.Open("mirror");
            Assert.True(network.Inside("link del probe"));
            var batch = new FrameBatch();
            var clock = Stopwatch.StartNew();
            while (capture.Read(batch, TestContext.Current.CancellationToken) && clock.Elapsed < TimeSpan.FromSeconds(10))
            {
            }

            Assert.Equal(LiveState.Missing, capture.State);
            Assert.Contains("mirror", capture.Problem, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void State_LinkGoesDownAndComesBack_IsToldAndTheCaptureGoesOn()
    {
        using var network = NetworkNamespace.Create();
        network.Run(() =>
        {
            using var capture = LiveCapture.Open("mirror");
            Assert.True(network.Inside("link set probe down"));
            Assert.True(Becomes(capture, LiveState.LinkDown));
            Assert.True(network.Inside("link set probe up"));
            Assert.True(Becomes(capture, LiveState.Live));

            NetworkNamespace.Send("probe", [Frame(1)]);

            Assert.Single(Collect(capture, 1));
            Assert.Null(capture.Problem);
        });
    }

    private static bool Becomes(LiveCapture capture, LiveState state)
    {
        var batch = new FrameBatch();
        var clock = Stopwatch.StartNew();
        while (capture.State != state && clock.Elapsed < TimeSpan.FromSeconds(10))
            Assert.True(capture.Read(batch, TestContext.Current.CancellationToken));
        return capture.State == state;
    }

    private static List<ReadFrame> Collect(LiveCapture capture, int count, int milliseconds = 5000)
    {
        var frames = new List<ReadFrame>();
        var batch = new FrameBatch();
        var clock = Stopwatch.StartNew();
        while (frames.Count < count && clock.ElapsedMilliseconds < milliseconds && capture.Read(batch, TestContext.Current.CancellationToken))
        {
            foreach (ref readonly var record in batch.Records)
            {
                frames.Add(new(batch.CaptureOf(record), record.Number, record.At.Nanoseconds, record.LinkType, record.Interface,
                    record.OriginalLength, batch.Octets(record).ToArray()));
            }
        }

        return frames;
    }

    /// <summary>An Ethernet frame of the local experimental EtherType 0x88B5 (IEEE 802) that ends in its number.</summary>
    private static byte[] Frame(int number, int? vlan = null, byte target = 1, int length = 60)
    {
        byte[] tag = vlan is { } id ? [0x81, 0x00, (byte)(id >> 8), (byte)id] : [];
        byte[] head = [2, 0, 0, 0, 0, target, 2, 0, 0, 0, 0, 99, .. tag, 0x88, 0xB5];
        return [.. head, .. new byte[length - head.Length - 2], (byte)(number >> 8), (byte)number];
    }
}
