using System.Security.Cryptography;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The names in a certificate, RFC 5280 section 4.1, and its fingerprint.</summary>
internal static class X509
{
    private const byte Version = 0xA0, Extensions = 0xA3, DnsName = 0x82;        // section 4.1: [0], [3]; section 4.2.1.6: [2]
    private const int MaximumNames = 16;

    private static ReadOnlySpan<byte> CommonName => [0x55, 0x04, 0x03];          // 2.5.4.3
    private static ReadOnlySpan<byte> AlternativeNames => [0x55, 0x1D, 0x11];    // 2.5.29.17

    /// <summary>Notes the subject's names as the sender's. Names with a wildcard stand for many machines and are left out.</summary>
    /// <param name="isWhole">False when the end is cut off: then it has no fingerprint.</param>
    public static void Read(ReadOnlySpan<byte> certificate, bool isWhole, Notes notes)
    {
        var rest = certificate;
        if (!Ber.TryTake(ref rest, Ber.Sequence, out var signed) || !Ber.TryTake(ref signed, Ber.Sequence, out var body)) return;
        if (isWhole) NoteFingerprint(certificate, notes);
        if (body is [Version, ..]) Ber.TryTake(ref body, out _, out _);
        for (var field = 0; field < 4; field++) Ber.TryTake(ref body, out _, out _);          // serial, algorithm, issuer, validity
        if (!Ber.TryTake(ref body, Ber.Sequence, out var subject)) return;
        NoteCommonName(subject, notes);
        while (Ber.TryTake(ref body, out var tag, out var content))
        {
            if (tag == Extensions && Ber.TryTake(ref content, Ber.Sequence, out var extensions)) NoteAlternativeNames(extensions, notes);
        }
    }

    private static void NoteFingerprint(ReadOnlySpan<byte> certificate, Notes notes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(certificate, hash);
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append("certificate sha256 "u8);
        text.AppendHex(hash);
        notes.SenderFact(FactKind.Fingerprint, text.Value);
    }

    private static void NoteCommonName(ReadOnlySpan<byte> subject, Notes notes)
    {
        while (Ber.TryTake(ref subject, Ber.Set, out var relative))
        {
            if (!Ber.TryTake(ref relative, Ber.Sequence, out var attribute) || !Ber.TryTake(ref attribute, Ber.ObjectIdentifier, out var type))
                continue;
            if (type.SequenceEqual(CommonName) && Ber.TryTake(ref attribute, out _, out var name)) NoteName(name, notes);
        }
    }

    private static void NoteAlternativeNames(ReadOnlySpan<byte> extensions, Notes notes)
    {
        while (Ber.TryTake(ref extensions, Ber.Sequence, out var extension))
        {
            if (!Ber.TryTake(ref extension, Ber.ObjectIdentifier, out var id) || !id.SequenceEqual(AlternativeNames)) continue;
            while (Ber.TryTake(ref extension, out var tag, out var value))
            {
                if (tag != Ber.OctetString || !Ber.TryTake(ref value, Ber.Sequence, out var names)) continue;
                for (var left = MaximumNames; left > 0 && Ber.TryTake(ref names, out var kind, out var name); left--)
                    if (kind == DnsName)
                        NoteName(name, notes);
            }
        }
    }

    private static void NoteName(ReadOnlySpan<byte> name, Notes notes)
    {
        if (name.IndexOf("AnyDesk Client"u8) == 0) notes.Carries("anydesk");
        else if (name.Length is > 1 and < 256 && !name.Contains((byte)'*')) notes.SenderFact(FactKind.Name, name);
    }
}
