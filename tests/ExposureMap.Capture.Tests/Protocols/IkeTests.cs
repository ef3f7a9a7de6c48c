using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class IkeTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ike();

    /// <summary>RFC 7296 section 3.1: IKE_SA_INIT with an empty nonce payload, and its answer.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 500)
        .Client("0102030405060708 0000000000000000 28 20 22 08 00000000 00000020 00000004")
        .Server("0102030405060708 1112131415161718 28 20 22 20 00000000 00000020 00000004");

    [Fact]
    public void Read_Exchange_TellsTheParties() => Assert.Equal([(true, Party.Client), (false, Party.Server)], Sample.Read(Protocol).Parties);

    [Fact]
    public void Recognise_AfterNonEspMarker_IsCertain() => Assert.Equal(Verdict.Certain,
        Protocol.Recognise(Exchange.Octets("00000000 0102030405060708 0000000000000000 28 20 22 08 00000000 00000020 00000004"),
            new(Transport.Udp, 4500, 4500)));
}
