using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Association and the layers around an APDU: ciphering, gateway, block transfer, signature.</summary>
internal static partial class DlmsApdu
{
    /// <summary>ACSE elements (IEC 62056-5-3 section 8.3.3): tags are context specific.</summary>
    private const byte CallingTitleTag = 0xA6, RespondingTitleTag = 0xA4, MechanismTag = 0x8B, AuthenticationTag = 0xAC, ResultTag = 0xA2;

    /// <summary>Mechanism name 2.16.756.5.8.2.x: the last octet is 0 lowest, 1 low (password in clear), 2-7 high.</summary>
    private const byte LowLevelSecurity = 1;

    /// <summary>
    /// Security control (IEC 62056-5-3 section 5.3.4.3): bit 5 encrypted, bit 4 authenticated, bit 7 compressed; invocation counter follows.
    /// </summary>
    private const byte Encrypted = 0x20, Authenticated = 0x10, Compressed = 0x80;
    private const int SecurityHeaderOctets = 5, TagOctets = 12;

    private static void ReadAssociationRequest(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        Ask(notes, Awaited.Outcome);
        byte mechanism = 0;
        var password = 0;
        if (!Ber.TryTake(ref apdu, out _, out var rest)) return;
        while (Ber.TryTake(ref rest, out var tag, out var value))
        {
            if (tag == CallingTitleTag && TitleIn(value) is { IsEmpty: false } title) NoteTitle(notes, title, FactKind.Fingerprint);
            if (tag == MechanismTag && !value.IsEmpty) mechanism = value[^1];
            if (tag == AuthenticationTag && value.Length > 2) password = value.Length - 2;
        }

        if (mechanism == LowLevelSecurity)
            notes.Operation(Effect.Admin, $"opens an association as client {sender} with a password in clear (LLS, {password} octets)");
        else
            notes.Operation(Effect.Admin, $"opens an association as client {sender} with {Mechanism(mechanism)}");
    }

    private static string Mechanism(byte mechanism) => mechanism switch
    {
        0 => "no authentication",
        LowLevelSecurity => "low level security",
        <= 7 => "high level security",
        _ => "unknown authentication",
    };

    private static void ReadAssociationResponse(ReadOnlySpan<byte> apdu, Notes notes)
    {
        if (!Ber.TryTake(ref apdu, out _, out var rest)) return;
        while (Ber.TryTake(ref rest, out var tag, out var value))
        {
            if (tag == RespondingTitleTag && TitleIn(value) is { IsEmpty: false } title) NoteTitle(notes, title, FactKind.Device);
            if (tag == ResultTag && value.Length == 3) Answer(notes, value[2] == 0);             // INTEGER: 0 accepted
        }
    }

    private static ReadOnlySpan<byte> TitleIn(ReadOnlySpan<byte> value) =>
        value.Length == 2 + SystemTitleOctets && value[0] == 4 && value[1] == SystemTitleOctets ? value[2..] : default;

    private static void NoteTitle(Notes notes, ReadOnlySpan<byte> title, FactKind kind)
    {
        if (kind == FactKind.Device) NoteMaker(notes, title);
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("dlms system title "u8);
        text.AddHex(title);
        notes.SenderFact(kind, text.Text);
    }

    /// <summary>Takes one layer off. False when none is left, or when what is inside cannot be read.</summary>
    private static bool TryUnwrap(ref ReadOnlySpan<byte> apdu, Notes notes) => apdu[0] switch
    {
        GatewayRequest or GatewayResponse => TryUnwrapGateway(ref apdu, notes),
        GeneralBlock => TryUnwrapBlock(ref apdu),
        GeneralGlobal or GeneralDedicated => TryUnwrapGeneral(ref apdu, notes),
        GeneralCiphering => Hide(notes, ref apdu, 0),
        GeneralSigning => TryUnwrapSigned(ref apdu, notes),
        var tag when PlainTag(tag) is var plain and not 0 => TryUnwrapCiphered(ref apdu, plain, notes),
        _ => false,
    };

    /// <summary>Network id, length and address of the device behind, then its APDU (IEC 62056-5-3 annex on the gateway protocol).</summary>
    private static bool TryUnwrapGateway(ref ReadOnlySpan<byte> apdu, Notes notes)
    {
        const int LengthOffset = 2, AddressOffset = 3;
        if (apdu.Length <= AddressOffset || apdu.Length <= AddressOffset + apdu[LengthOffset]) return Nothing(ref apdu);
        var address = apdu.Slice(AddressOffset, apdu[LengthOffset]);
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("dlms gateway address "u8);
        text.AddHex(address);
        if (apdu[0] == GatewayResponse) notes.SenderFact(FactKind.Device, text.Text);
        else notes.Fact(notes.Receiver.Address, FactKind.Device, text.Text, Certainty.Announced);
        apdu = apdu[(AddressOffset + address.Length)..];
        return true;
    }

    /// <summary>Block control, block number, acknowledged block number, data: only the first block begins with an APDU.</summary>
    private static bool TryUnwrapBlock(ref ReadOnlySpan<byte> apdu)
    {
        const int NumberOffset = 2, DataOffset = 6;
        if (apdu.Length <= DataOffset || apdu[NumberOffset] != 0 || apdu[NumberOffset + 1] != 1) return Nothing(ref apdu);
        var data = apdu[DataOffset..];
        if (!Ber.TryReadLength(data, out var size, out _)) return Nothing(ref apdu);
        apdu = data[size..];
        return true;
    }

    private static bool TryUnwrapGeneral(ref ReadOnlySpan<byte> apdu, Notes notes)
    {
        const int TitleOffset = 2;
        if (apdu.Length > TitleOffset + SystemTitleOctets && apdu[1] == SystemTitleOctets)
        {
            // either end may send it: which of the two is told by what else the conversation says, so a client's title is no device
            var kind = notes.FromOriginator ? FactKind.Fingerprint : FactKind.Device;
            NoteTitle(notes, apdu.Slice(TitleOffset, SystemTitleOctets), kind);
        }

        return TryUnwrapCiphered(ref apdu, 0, notes, 2 + (apdu.Length > 1 ? apdu[1] : 0));
    }

    /// <summary>Transaction id, originator, recipient, date-time and other information, all octet strings, stand before the content.</summary>
    private static bool TryUnwrapSigned(ref ReadOnlySpan<byte> apdu, Notes notes)
    {
        const int HeaderStrings = 5;
        var rest = apdu[1..];
        for (var index = 0; index < HeaderStrings; index++)
        {
            if (rest.IsEmpty || rest.Length < 1 + rest[0]) return Nothing(ref apdu);
            if (index == 1 && rest[0] == SystemTitleOctets) NoteTitle(notes, rest.Slice(1, SystemTitleOctets), FactKind.Fingerprint);
            rest = rest[(1 + rest[0])..];
        }

        if (!Ber.TryReadLength(rest, out var size, out _)) return Nothing(ref apdu);
        apdu = rest[size..];
        return true;
    }

    /// <summary>An APDU that is only authenticated is in clear between the security header and the authentication tag.</summary>
    private static bool TryUnwrapCiphered(ref ReadOnlySpan<byte> apdu, byte plain, Notes notes, int lengthOffset = 1)
    {
        if (apdu.Length <= lengthOffset || !Ber.TryReadLength(apdu[lengthOffset..], out var size, out var length))
            return Hide(notes, ref apdu, plain);
        var content = apdu[(lengthOffset + size)..];
        if (content.Length <= SecurityHeaderOctets || (content[0] & (Encrypted | Compressed)) != 0) return Hide(notes, ref apdu, plain);
        var tail = (content[0] & Authenticated) != 0 ? TagOctets : 0;
        var end = Math.Min(content.Length, length - tail);
        if (end <= SecurityHeaderOctets) return Hide(notes, ref apdu, plain);
        apdu = content[SecurityHeaderOctets..end];
        return true;
    }

    private static bool Hide(Notes notes, ref ReadOnlySpan<byte> apdu, byte plain)
    {
        switch (plain)
        {
            case SetRequest or WriteRequest: notes.Operation(Effect.Opaque, $"ciphered write"); break;
            case ActionRequest: notes.Operation(Effect.Opaque, $"ciphered action (disconnect, firmware and keys are actions)"); break;
            default: notes.Effect(Effect.Opaque); break;
        }

        notes.Memory.First = 0;
        return Nothing(ref apdu);
    }

    /// <summary>Nothing readable is left: an empty APDU ends the walk.</summary>
    private static bool Nothing(ref ReadOnlySpan<byte> apdu)
    {
        apdu = default;
        return true;
    }
}
