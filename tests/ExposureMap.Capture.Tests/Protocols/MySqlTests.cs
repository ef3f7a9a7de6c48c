using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class MySqlTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new MySql();

    /// <summary>MySQL Internals Manual, "Handshake V10" and "COM_QUERY".</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 3306)
        .Server("22 0000 00 0A 382E302E3331 00 08000000 2F553E7450726D4B 00 FFF7 08 0200 0F80 15 0000000000")
        .Client("09 0000 00 03 53454C4543542031")
        .Client("0D 0000 00 03 44454C4554452046524F4D20");

    [Fact]
    public void Read_Dialogue_TellsVersionAndEffects()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "MySQL 8.0.31"), notes.Facts);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal(1, notes.Effects[Effect.Write]);
    }
}
