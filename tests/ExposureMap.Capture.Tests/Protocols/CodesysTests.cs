using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Vectors: block driver header, datagram layer and service layer as published by those who studied them.</summary>
public sealed class CodesysTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Codesys();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 11740)
        .Client("000117E826000000C56B404000110101020255CD100001000200000000000000000000000000")
        .Client("000117E826000000C56B404000110101020255CD100002001100000000000000000000000000")
        .Server("000117E826000000C56B404000110202010155CD100082001100000000000000000000000000");

    [Fact]
    public void Read_StopOfTheApplication_IsAdmin()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "logs in to the device (service 1/2)"), (Effect.Admin, "stops the application (service 2/17)")],
            notes.Operations);
        Assert.Equal((false, Party.Server), notes.Parties[^1]);
    }

    [Theory]
    [InlineData("000117E826000000C56B404000110101020255CD100002001100000000000000000000000000", Verdict.Certain)]
    [InlineData("BBBB 01000000 01", Verdict.Certain)]
    [InlineData("BBBB 00000001 01", Verdict.Certain)]
    [InlineData("BBBB 00000002 01", Verdict.None)]
    [InlineData("000117E9 20000000", Verdict.None)]
    public void Recognise_Payload_IsJudgedByStructure(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 50000, 40000)));
}
