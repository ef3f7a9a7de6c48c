using System.Buffers.Binary;

namespace ExposureMap.Capture.Protocols;

/// <summary>How well octets fit an APDU, by the shape that each tag prescribes.</summary>
internal static partial class DlmsApdu
{
    private const int EnoughToTell = 13;                            // a normal GET request

    /// <summary>Application context 2.16.756.5.8.1.x in its element, the first of every association but for an optional version.</summary>
    private static ReadOnlySpan<byte> ApplicationContext => [0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01];

    /// <param name="apdu">The APDU, perhaps cut.</param>
    /// <param name="length">Its length as its frame tells it.</param>
    public static Verdict Fit(ReadOnlySpan<byte> apdu, int length)
    {
        for (var layer = 0; layer < MostLayers && apdu.Length > 3 && apdu[0] is GatewayRequest or GatewayResponse; layer++)
        {
            var header = 3 + apdu[2];
            if (length <= header || apdu.Length <= header) return Verdict.None;
            apdu = apdu[header..];
            length -= header;
        }

        if (apdu.IsEmpty || length < 2) return Verdict.None;
        if (apdu.Length < Math.Min(length, EnoughToTell)) return SenderOf(apdu[0]) != Party.Unknown ? Verdict.NeedMore : Verdict.None;
        return apdu[0] switch
        {
            AssociationRequest or AssociationResponse => FitAssociation(apdu, length),
            ReleaseRequest or ReleaseResponse => FillsBer(apdu, 1, length) ? Verdict.Weak : Verdict.None,
            GetRequest or SetRequest or ActionRequest => FitRequest(apdu, length),
            GetResponse or SetResponse or ActionResponse => FitResponse(apdu, length),
            EventNotification => FitEvent(apdu),
            DataNotification => FitDataNotification(apdu),
            ReadRequest =>
                length > 4 && apdu[1] != 0 && apdu[2] == 2 && length == 2 + 3 * apdu[1]
                    ? Verdict.Certain
                    : Weak(length > 4 && apdu[1] is > 0 and < 32 && apdu[2] is 2 or 4),
            WriteRequest => Weak(length > 6 && apdu[1] is > 0 and < 32 && apdu[2] is 2 or 4),
            ReadResponse or WriteResponse => Weak(length > 2 && apdu[1] is > 0 and < 32 && apdu[2] <= 1),
            ServiceError => Weak(length == 4 && apdu[1] is > 0 and < 32 && apdu[2] <= 10),
            ExceptionResponse => Weak(length is 3 or 7 && apdu[1] is 1 or 2 && apdu[2] is > 0 and < 7),
            AccessRequest or AccessResponse => Weak(length > 8 && apdu[5] is 0 or 12),
            GeneralGlobal or GeneralDedicated => FitGeneral(apdu, length),
            GeneralCiphering or GeneralSigning => Weak(length > 16 && apdu[1] <= 16),
            GeneralBlock => Weak(length > 6 && FillsBer(apdu, 6, length)),
            var tag => FitCiphered(apdu, length, tag),
        };
    }

    private static Verdict Weak(bool fits) => fits ? Verdict.Weak : Verdict.None;

    private static Verdict Certain(bool fits) => fits ? Verdict.Certain : Verdict.None;

    private static bool FillsBer(ReadOnlySpan<byte> apdu, int offset, int length) =>
        apdu.Length > offset && Ber.TryReadLength(apdu[offset..], out var size, out var content) && offset + size + content == length;

    private static Verdict FitAssociation(ReadOnlySpan<byte> apdu, int length)
    {
        if (!FillsBer(apdu, 1, length) || !Ber.TryTake(ref apdu, out _, out var rest)) return Verdict.None;
        if (rest.Length > 2 && rest[0] == 0x80) Ber.TryTake(ref rest, out _, out _);         // protocol version
        return Certain(rest.StartsWith(ApplicationContext));
    }

    private static Verdict FitRequest(ReadOnlySpan<byte> apdu, int length)
    {
        if (length <= BodyOffset) return Verdict.None;
        var (tag, choice) = (apdu[0], apdu[ChoiceOffset]);
        switch (choice)
        {
            // normal: descriptor, then access selection or parameters
            case 1:
                if (length < SelectionOffset + 1 || !CosemObject.TryRead(apdu[BodyOffset..], out var target) || apdu.Length <= SelectionOffset)
                    return Verdict.None;
                var selected = apdu[SelectionOffset];
                var fills = tag == SetRequest
                    ? length > SelectionOffset + 1
                    : selected == 0
                    ? length == SelectionOffset + 1
                    : length > SelectionOffset + 1;
                return Certain(target.IsPlausible && selected <= 1 && fills);
            case 2 when tag is GetRequest or ActionRequest:                                         // next block: its number
                return Certain(length == BodyOffset + 4 && BinaryPrimitives.ReadUInt16BigEndian(apdu[BodyOffset..]) == 0);
            case 2 or 4 when tag != GetRequest:
                return Certain(
                    CosemObject.TryRead(apdu[(BodyOffset + (tag == SetRequest && choice == 4 ? 1 : 0))..], out target) && target.IsPlausible);
            case 3 when tag != SetRequest || apdu[BodyOffset] > 1:                                  // list: count, then descriptors
                return Certain(apdu[BodyOffset] is > 0 and < 128 && CosemObject.TryRead(apdu[(BodyOffset + 1)..], out target) && target.IsPlausible);
            case 3:                                                                                 // SET: next block, last-block is a boolean
                return Weak(length > 9);
            default:
                return Weak(choice is 5 or 6 && tag != GetRequest && length > 8);
        }
    }

    private static Verdict FitResponse(ReadOnlySpan<byte> apdu, int length)
    {
        const int LargestType = 27;                                                                 // Data: date, time, date-time end the list
        if (length <= BodyOffset) return Verdict.None;
        var (tag, choice, result) = (apdu[0], apdu[ChoiceOffset], apdu[BodyOffset]);
        switch (choice)
        {
            case 1 when tag == GetResponse:                                                         // data 0 with its type, or data-access-result 1
                return length <= BodyOffset + 1 ? Verdict.None
                    : Certain(result == 0 ? apdu[4] <= LargestType : result == 1 && length == BodyOffset + 2 && IsResult(apdu[4]));
            case 1 when tag == SetResponse:
                return Certain(length == BodyOffset + 1 && IsResult(result));
            case 1:
                return Certain(IsResult(result) && (length == BodyOffset + 1 || length > BodyOffset + 2 && apdu[4] <= 1));
            case 2 when tag != SetResponse:                                                         // last block?, number, data
                return Certain(length > 9 && result <= 1 && BinaryPrimitives.ReadUInt16BigEndian(apdu[4..]) == 0);
            case 2 or 3 or 4 or 5:
                return Weak(length > 4);
            default:
                return Verdict.None;
        }
    }

    /// <summary>Data-Access-Result and Action-Result: 0-4, 9, 11-19, 250.</summary>
    private static bool IsResult(byte result) => result is < 5 or 9 or (> 10 and < 20) or 250;

    private static Verdict FitEvent(ReadOnlySpan<byte> apdu)
    {
        const int TimeOctets = 12;                                                                  // optional date-time, preceded by its length
        var body = apdu[1] switch { 0 => 2, 1 when apdu.Length > 2 && apdu[2] == TimeOctets => 3 + TimeOctets, _ => 0 };
        return Certain(body != 0 && apdu.Length > body && CosemObject.TryRead(apdu[body..], out var target) && target.IsPlausible);
    }

    private static Verdict FitDataNotification(ReadOnlySpan<byte> apdu)
    {
        const int TimeOffset = 5, LargestType = 27;
        const byte Array = 1, Structure = 2;
        if (apdu.Length <= TimeOffset + 2 || apdu[TimeOffset] is not (0 or 12)) return Verdict.None;
        var body = TimeOffset + 1 + apdu[TimeOffset];
        if (apdu.Length <= body + 2 || apdu[body] is 0 or > LargestType) return Verdict.None;
        // what is pushed is a list
        return apdu[body] is Array or Structure && apdu[body + 1] > 0 && apdu[body + 2] is > 0 and <= LargestType ? Verdict.Certain : Verdict.Weak;
    }

    private static Verdict FitGeneral(ReadOnlySpan<byte> apdu, int length) =>
        Certain(apdu[1] == SystemTitleOctets && FillsBer(apdu, 2 + SystemTitleOctets, length));

    /// <summary>Length, then security control whose suite is 0-2 (IEC 62056-5-3 table "security suites").</summary>
    private static Verdict FitCiphered(ReadOnlySpan<byte> apdu, int length, byte tag)
    {
        if (PlainTag(tag) == 0 || SenderOf(tag) == Party.Unknown || !FillsBer(apdu, 1, length)
            || !Ber.TryReadLength(apdu[1..], out var size, out var content))
            return Verdict.None;
        var control = apdu.Length > 1 + size ? apdu[1 + size] : (byte)0xFF;
        return Certain(content > SecurityHeaderOctets && (control & 0x0F) <= 2 && (control & (Encrypted | Authenticated)) != 0);
    }
}
