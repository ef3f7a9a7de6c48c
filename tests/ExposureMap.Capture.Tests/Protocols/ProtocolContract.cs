using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>What every protocol must keep, checked on its own sample: derive, give the sample, and these tests run for the protocol.</summary>
public abstract class ProtocolContract
{
    private const int Seed = 20260101;

    internal abstract IProtocol Protocol { get; }

    /// <summary>A dialogue whose first client message and first server message are recognised.</summary>
    protected abstract Exchange Sample { get; }

    /// <summary>Further dialogues, on other transports: they keep the contract too, but have no sample capture.</summary>
    protected virtual Exchange[] OtherSamples => [];

    [Fact]
    public void Recognise_Sample_IsRecognised()
    {
        var best = Sample.Messages.Max(message => Protocol.Recognise(message.Octets, CarrierOf(message.FromClient)));
        Assert.True(best is Verdict.Weak or Verdict.Certain, $"{Protocol.Name} does not recognise its own sample");
    }

    [Fact]
    public void RecogniseAndRead_CutAtEveryOctet_NeitherThrowsNorHangs()
    {
        foreach (var sample in (Exchange[])[Sample, .. OtherSamples])
        {
            foreach (var (fromClient, octets) in sample.Messages)
            {
                for (var length = 0; length <= octets.Length; length++)
                    Exercise(octets.AsSpan(0, length), fromClient, new(sample.Transport, sample.Port));
            }
        }
    }

    [Fact]
    public void RecogniseAndRead_MutatedOctets_NeitherThrowsNorAllocates()
    {
        foreach (var sample in (Exchange[])[Sample, .. OtherSamples]) Mutate(sample);
    }

    private void Mutate(Exchange sample)
    {
        var random = new Random(Seed);
        var notes = new RecordingNotes(sample.Transport, sample.Port) { Remembers = false };
        var buffer = new byte[4096];
        long allocated = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (fromClient, octets) = sample.Messages[random.Next(sample.Messages.Length)];
            octets.CopyTo(buffer.AsSpan());
            var length = random.Next(4) == 0 ? random.Next(octets.Length + 1) : octets.Length;
            for (var flips = random.Next(1, 5); flips > 0 && length > 0; flips--) buffer[random.Next(length)] = (byte)random.Next(256);
            if (round == 2_000) allocated = GC.GetAllocatedBytesForCurrentThread();
            Exercise(buffer.AsSpan(0, length), fromClient, notes);
            if (round % 64 == 0) notes.Memory = default;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 18_000 * 16);
    }

    [Fact]
    public void Recognise_RandomOctets_IsNotCertain()
    {
        var random = new Random(Seed);
        var buffer = new byte[512];
        var hits = 0;
        for (var round = 0; round < 200_000; round++)
        {
            var payload = buffer.AsSpan(0, random.Next(1, buffer.Length));
            random.NextBytes(payload);
            if (Protocol.Recognise(payload, new(Sample.Transport, 40000, 40001)) == Verdict.Certain) hits++;
        }

        Assert.Equal(0, hits);
    }

    [Fact]
    public void SampleCapture_IsWhatTheExchangeSays()
    {
        var path = Path.Combine(Repository.Root, "tests", "Samples", "protocols", Protocol.Name + ".pcap");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllBytes(path, Sample.ToPcap());
        Assert.True(File.Exists(path), $"{path} is missing: run the tests once with UPDATE_GOLDEN=1");
        Assert.Equal(Sample.ToPcap(), File.ReadAllBytes(path));
    }

    private Carrier CarrierOf(bool fromClient) => fromClient ? new(Sample.Transport, 49152, Sample.Port) : new(Sample.Transport, Sample.Port, 49152);

    private void Exercise(ReadOnlySpan<byte> octets, bool fromClient, RecordingNotes notes)
    {
        notes.From(fromClient);
        Protocol.Recognise(octets, notes.Carrier);
        Protocol.Continues(octets);
        if (notes.Carrier.Transport is Transport.Tcp && Protocol.Measure(octets) is var length && length < -1) Assert.Fail($"length {length}");
        Exchange.ReadSegment(Protocol, notes, fromClient, octets);
        notes.From(fromClient);
        Protocol.Read(octets[..Math.Min(octets.Length, Protocol.HeadOctets)], notes);
    }
}
