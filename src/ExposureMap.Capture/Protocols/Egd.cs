using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// GE Ethernet Global Data (GFK-2224): a producer's values, sent in cycles; the 32-octet header names the producer by its IPv4 address.
/// </summary>
internal sealed class Egd : IProtocol
{
    private const byte DataType = 0x0D, Version = 1;
    private const int ProducerOffset = 4, ExchangeOffset = 8, StatusOffset = 20, ReservedOffset = 28, HeaderOctets = 32;
    private const uint LargestStatus = 7, LargestExchange = 0x3FFF;

    public string Name => "egd";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [18246];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || payload[0] != DataType || payload[1] != Version) return Verdict.None;
        var fits = BinaryPrimitives.ReadUInt32LittleEndian(payload[ReservedOffset..]) == 0 && payload[ProducerOffset] != 0
            && BinaryPrimitives.ReadUInt32LittleEndian(payload[StatusOffset..]) <= LargestStatus
            && BinaryPrimitives.ReadUInt32LittleEndian(payload[ExchangeOffset..]) is > 0 and <= LargestExchange;
        return fits ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        notes.Function(message[0]);
        notes.Effect(Effect.Report);
        var producer = Address.IPv4(message.Slice(ProducerOffset, 4));
        if (producer == notes.Sender.Address || !DevicesTold.IsNews(notes, behindSender: true, (uint)producer.Number.Low & int.MaxValue)) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("egd producer "u8);
        for (var index = 0; index < 4; index++)
        {
            if (index > 0) text.Add("."u8);
            text.Add(message[ProducerOffset + index]);
        }

        DevicesTold.Tell(notes, behindSender: true, text.Text);
    }
}
