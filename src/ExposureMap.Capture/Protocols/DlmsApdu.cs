using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The application layer of DLMS/COSEM: APDU tags of IEC 62056-5-3 section 8 (Green Book edition 10, section 9.5), of which each request is judged
/// by the object it is aimed at. Ciphered APDUs keep their verb in the tag and their content to themselves.
/// </summary>
internal static partial class DlmsApdu
{
    internal const byte ReadRequest = 0x05, WriteRequest = 0x06, ReadResponse = 0x0C, WriteResponse = 0x0D, ServiceError = 0x0E,
        DataNotification = 0x0F, DataNotificationConfirm = 0x10, InformationReport = 0x18, UnconfirmedWrite = 0x16,
        AssociationRequest = 0x60, AssociationResponse = 0x61, ReleaseRequest = 0x62, ReleaseResponse = 0x63,
        GetRequest = 0xC0, SetRequest = 0xC1, EventNotification = 0xC2, ActionRequest = 0xC3, GetResponse = 0xC4,
        SetResponse = 0xC5, ActionResponse = 0xC7,
        ExceptionResponse = 0xD8, AccessRequest = 0xD9, AccessResponse = 0xDA, GeneralGlobal = 0xDB, GeneralDedicated = 0xDC, GeneralCiphering = 0xDD,
        GeneralSigning = 0xDF, GeneralBlock = 0xE0, GatewayRequest = 0xE6, GatewayResponse = 0xE7;

    /// <summary>Choice, invoke-id-and-priority and then the descriptor, in GET, SET and ACTION.</summary>
    private const int ChoiceOffset = 1, BodyOffset = 3, SelectionOffset = BodyOffset + CosemObject.Octets;

    /// <summary>Layers of gateway, ciphering and block transfer that are taken off.</summary>
    private const int MostLayers = 4;
    private const int MostListed = 16;
    // IEC 62056-5-3 section 5.3.4.8.2: FLAG maker (3 letters), then the maker's number
    private const int SystemTitleOctets = 8;

    /// <summary>What the next answer will tell (low octet of the conversation's memory).</summary>
    private enum Awaited : byte { Nothing, Outcome, LogicalDeviceName, Serial, Firmware }

    /// <summary>Reads one APDU, cut or whole.</summary>
    /// <param name="sender">The client's address when the client sent it: 16 is the public client that needs no key.</param>
    /// <returns>Who sent it.</returns>
    public static Party Read(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        var party = Party.Unknown;
        for (var layer = 0; layer < MostLayers && !apdu.IsEmpty; layer++)
        {
            var tag = apdu[0];
            notes.Function(tag);
            party = SenderOf(tag) is var told and not Party.Unknown ? told : party;
            if (!TryUnwrap(ref apdu, notes))
            {
                if (party != Party.Unknown) notes.SenderIs(party);
                ReadPlain(apdu, sender, notes);
                return party;
            }
        }

        if (party != Party.Unknown) notes.SenderIs(party);
        return party;
    }

    /// <summary>
    /// The plain APDU's tag that a ciphered one stands for (Green Book table "glo/ded"): global 0x21-0x2E, 0xC8-0xCF; dedicated 0x41-0x4E, 0xD0-0xD7.
    /// </summary>
    private static byte PlainTag(byte tag) => tag switch
    {
        >= 0x21 and <= 0x2E => (byte)(tag - 0x20),
        >= 0x41 and <= 0x4E => (byte)(tag - 0x40),
        0x38 or 0x58 => InformationReport,
        >= 0xC8 and <= 0xCF => (byte)(tag - 8),
        >= 0xD0 and <= 0xD7 => (byte)(tag - 16),
        _ => 0,
    };

    private static Party SenderOf(byte tag)
    {
        if (PlainTag(tag) is var plain and not 0) tag = plain;
        return tag switch
        {
            ReadRequest or WriteRequest or UnconfirmedWrite or AssociationRequest or ReleaseRequest or GetRequest or SetRequest
                or ActionRequest or AccessRequest
                or GatewayRequest or DataNotificationConfirm or 0x01 => Party.Client,
            ReadResponse or WriteResponse or ServiceError or DataNotification or InformationReport or AssociationResponse or ReleaseResponse
                or EventNotification or GetResponse or SetResponse or ActionResponse or ExceptionResponse or AccessResponse or GatewayResponse
                or 0x08 => Party.Server,
            _ => Party.Unknown,
        };
    }

    private static void ReadPlain(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        switch (apdu[0])
        {
            case AssociationRequest: ReadAssociationRequest(apdu, sender, notes); break;
            case AssociationResponse: ReadAssociationResponse(apdu, notes); break;
            case ReleaseRequest: Ask(notes, Awaited.Nothing); notes.Effect(Effect.Admin); break;
            case GetRequest: ReadGet(apdu, notes); break;
            case SetRequest: ReadSet(apdu, sender, notes); break;
            case ActionRequest: ReadAction(apdu, sender, notes); break;
            case AccessRequest: ReadAccess(apdu, sender, notes); break;
            case GetResponse: ReadGetResponse(apdu, notes); break;
            case SetResponse when apdu.Length > BodyOffset: Answer(notes, apdu[BodyOffset] == 0); break;
            case ActionResponse when apdu.Length > BodyOffset: Answer(notes, apdu[BodyOffset] == 0); break;
            case WriteResponse when apdu.Length > 2: Answer(notes, apdu[2] == 0); break;
            case ServiceError or ExceptionResponse: Answer(notes, accepted: false); break;
            case DataNotification or EventNotification or InformationReport: notes.Effect(Effect.Report); break;
            case ReadRequest: Ask(notes, Awaited.Nothing); notes.Effect(Effect.Read); break;
            case WriteRequest or UnconfirmedWrite: ReadShortNameWrite(apdu, sender, notes); break;
        }
    }

    private static void ReadGetResponse(ReadOnlySpan<byte> apdu, Notes notes)
    {
        const int ResultOffset = BodyOffset, TypeOffset = 4, SizeOffset = 5;
        const byte OctetString = 9, VisibleString = 10;
        var awaited = (Awaited)(byte)notes.Memory.First;
        if (awaited is Awaited.Nothing or Awaited.Outcome) return;
        notes.Memory.First = 0;
        if (apdu.Length <= SizeOffset || apdu[ChoiceOffset] != 1 || apdu[ResultOffset] != 0 || apdu[TypeOffset] is not (OctetString or VisibleString))
            return;
        var value = apdu[(SizeOffset + 1)..Math.Min(apdu.Length, SizeOffset + 1 + apdu[SizeOffset])];
        if (value.IsEmpty) return;
        if (awaited == Awaited.Serial) notes.SenderFact(FactKind.Serial, value);
        if (awaited == Awaited.Firmware) notes.SenderFact(FactKind.Firmware, value);
        if (awaited != Awaited.LogicalDeviceName) return;
        NoteMaker(notes, value);
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("dlms name "u8);
        text.Add(value);
        notes.SenderFact(FactKind.Device, text.Text);
    }

    private static void Ask(Notes notes, Awaited awaited) => notes.Memory.First = (ulong)awaited;

    private static void Answer(Notes notes, bool accepted)
    {
        if ((Awaited)(byte)notes.Memory.First != Awaited.Outcome) return;
        notes.Memory.First = 0;
        notes.Answered(accepted);
    }

    /// <summary>The first three letters of a logical device name and of a system title are the maker's FLAG code.</summary>
    private static void NoteMaker(Notes notes, ReadOnlySpan<byte> name)
    {
        const int Letters = 3;
        if (name.Length < Letters) return;
        foreach (var letter in name[..Letters]) if (letter is < (byte)'A' or > (byte)'Z') return;
        notes.SenderFact(FactKind.Vendor, name[..Letters]);
    }
}
