using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class AmqpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Amqp();

    /// <summary>AMQP 0-9-1 section 4.2.2: protocol header, Connection.Start (1.4.2.1) and Basic.Publish (1.8.3.7).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 5672)
        .Client("414D5150 00 00 09 01")
        .Server("01 0000 0000000E 000A 000A 00 09 00000000 00000000 CE")
        .Client("01 0001 00000009 003C 0028 0000 00 00 00 CE");

    [Fact]
    public void Read_Publish_IsAWrite()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Write]);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }
}
