using System.Runtime.CompilerServices;
using System.Text.Unicode;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The last devices behind an address that a conversation told of: most repeat themselves, and their text is not even made again.</summary>
internal struct DevicesTold
{
    private const int Kept = 4;
    private const int TextOctets = 80;

    [InlineArray(Kept)]
    private struct Places
    {
        private uint _first;
    }

    private Places _keys;
    private uint _next;

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

    /// <summary>False for one of the last, and for a device behind a group address, which is nobody's.</summary>
    public static bool IsNews(Notes notes, bool behindSender, uint number)
    {
        if (!behindSender && notes.Receiver.Address.IsGroup) return false;
        return notes.Memory.Devices.Add(number << 1 | (behindSender ? 1u : 0u));
    }

    /// <summary>Kept as their complement: 0 is an empty place.</summary>
    private bool Add(uint key)
    {
        if (((ReadOnlySpan<uint>)_keys).Contains(~key)) return false;
        _keys[(int)_next] = ~key;
        _next = (_next + 1) % Kept;
        return true;
    }
}
