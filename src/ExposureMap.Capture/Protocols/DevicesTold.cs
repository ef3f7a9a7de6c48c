using System.Text.Unicode;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Devices behind an address that a conversation told of already: each is told once per teller, and at most <see cref="Limit"/> are remembered.</summary>
internal sealed class DevicesTold
{
    private const int Limit = 1024;
    private const int TextOctets = 80;
    private uint[] _numbers = new uint[4];
    private int _count;

    /// <summary>Tells that a device with this number (below 2^31) stands behind the sender or the receiver: <c>modbus unit 5</c>.</summary>
    public static void Tell(Notes notes, bool behindSender, ReadOnlySpan<char> label, uint number)
    {
        if (!IsNews(notes, behindSender, number)) return;
        Span<byte> text = stackalloc byte[TextOctets];
        if (Utf8.TryWrite(text, $"{label} {number}", out var written)) Tell(notes, behindSender, text[..written]);
    }

    public static void Tell(Notes notes, bool behindSender, ReadOnlySpan<byte> text)
    {
        if (behindSender) notes.SenderFact(FactKind.Device, text);
        else notes.Fact(notes.Receiver.Address, FactKind.Device, text, Certainty.Announced);
    }

    /// <summary>True the first time; never for a device behind a group address, which is nobody's.</summary>
    public static bool IsNews(Notes notes, bool behindSender, uint number)
    {
        ref var memory = ref notes.Memory;
        var key = number << 1 | (behindSender ? 1u : 0u);
        if (memory.LastDevice == ~key) return false;              // mostly the same one again; 0 is none
        if (!behindSender && notes.Receiver.Address.IsGroup) return false;
        memory.LastDevice = ~key;
        if (memory.More is not DevicesTold told) memory.More = told = new();
        return told.Add(key);
    }

    private bool Add(uint key)
    {
        if (_count == Limit || _numbers.AsSpan(0, _count).Contains(key)) return false;
        if (_count == _numbers.Length) Array.Resize(ref _numbers, _count * 2);
        _numbers[_count++] = key;
        return true;
    }
}
