using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class WireGuardTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new WireGuard();

    /// <summary>Section 5.4.2, 5.4.3 and 5.4.6: 148, 92 and 32 octets; mac2 is zero.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 51820)
        .Client("01000000" + string.Concat(Enumerable.Repeat("A5", 128)) + new string('0', 32))
        .Server("02000000" + string.Concat(Enumerable.Repeat("5A", 72)) + new string('0', 32))
        .Client("04000000 00000001 0000000000000000 00112233445566778899AABBCCDDEEFF");

    [Fact]
    public void Read_Data_IsOpaque()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Opaque]);
        Assert.Equal([(true, Party.Client)], notes.Parties);
    }
}
