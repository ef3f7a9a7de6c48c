using ExposureMap.Capture.Sources;
using ExposureMap.Capture.Tests.Sources;
using Xunit;

namespace ExposureMap.Tests.Hosting;

/// <summary>A network of its own in which everything that arrives at "mirror" is mirrored to "span", as a switch does to its SPAN port.</summary>
internal sealed class MirroredNetwork : IDisposable
{
    private MirroredNetwork(NetworkNamespace network) => Network = network;

    public NetworkNamespace Network { get; }

    public static MirroredNetwork Create()
    {
        var network = NetworkNamespace.Create();
        var made = new MirroredNetwork(network);
        var isReady = network.Inside("link set lo up") && made.AddSpan()
            && network.Execute("tc qdisc add dev mirror clsact")
            && network.Execute("tc filter add dev mirror ingress protocol all pref 10 u32 match u32 0 0 action mirred egress mirror dev port");
        if (isReady) return made;
        made.Dispose();
        Assert.Skip("Traffic cannot be mirrored: tc, or its u32 classifier, is missing.");
        return made;
    }

    public bool AddSpan() =>
        Network.Inside("link add port type veth peer name span") && Network.Inside("link set port up") && Network.Inside("link set span up");

    public bool RemoveSpan() => Network.Inside("link del span");

    /// <summary>Sends all frames of a capture through the mirrored port, a few hundred at a time.</summary>
    /// <returns>How many.</returns>
    public int Replay(string capture)
    {
        var count = 0;
        Network.Run(() =>
        {
            using var source = CaptureFile.Open(capture);
            var batch = new FrameBatch();
            while (source.Read(batch, TestContext.Current.CancellationToken))
            {
                foreach (var frames in FramesOf(batch).Chunk(200))
                {
                    NetworkNamespace.Send("probe", frames);
                    count += frames.Length;
                    Thread.Sleep(2);
                }
            }
        });
        return count;
    }

    public void Dispose() => Network.Dispose();

    private static List<byte[]> FramesOf(FrameBatch batch)
    {
        var frames = new List<byte[]>();
        foreach (ref readonly var record in batch.Records) frames.Add(batch.Octets(record).ToArray());
        return frames;
    }
}
