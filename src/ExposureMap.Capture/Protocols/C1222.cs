using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// ANSI C12.22 (IEEE 1703) over IP (RFC 6142): an ACSE message with application titles, and in it EPSEM services on the tables of ANSI C12.19.
/// A port says little: 1153 is an ordinary ephemeral port to everybody else, so the whole element list must fit.
/// </summary>
internal sealed class C1222 : IProtocol
{
    /// <summary>ACSE elements (ANSI C12.22-2012 section 5.3.4.1, ISO/IEC 15954).</summary>
    private const byte Message = 0x60, ContextName = 0xA1, CalledTitle = 0xA2, CalledQualifier = 0xA3, CalledInvocation = 0xA4, CallingTitle = 0xA6,
        CallingQualifier = 0xA7, CallingInvocation = 0xA8, MechanismName = 0x8B, AuthenticationValue = 0xAC, UserInformation = 0xBE;

    /// <summary>EXTERNAL in the user information, and the octet string in it that holds EPSEM.</summary>
    private const byte External = 0x28, IndirectReference = 0x02, OctetAligned = 0x81;

    /// <summary>Title forms: absolute OID; relative OID, universal or as context tag 0.</summary>
    private const byte AbsoluteTitle = 0x06, RelativeTitle = 0x0D, ContextRelativeTitle = 0x80;

    /// <summary>EPSEM control (section 5.3.2): bits 2-3 security mode, bit 4 a device class of 4 octets follows.</summary>
    private const int SecurityShift = 2, SecurityMask = 3, Encrypted = 2;
    private const byte HasDeviceClass = 0x10;
    private const int DeviceClassOctets = 4;
    private const int MostElements = 12, MostServices = 32;
    private const int MaximumMessage = 1 << 24;

    /// <summary>2.16.756.5.8: the DLMS User Association, whose association request begins alike.</summary>
    private static ReadOnlySpan<byte> DlmsIdentifier => [0x60, 0x85, 0x74, 0x05, 0x08];

    public string Name => "c1222";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [1153];

    public int HeadOctets => 1024;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        const int EnoughToTell = 64;
        if (payload.IsEmpty || payload[0] != Message) return Verdict.None;
        var isStream = carrier.Transport == Transport.Tcp;
        var all = payload;
        if (!Ber.TryTake(ref all, out _, out var rest, out var whole)) return isStream && payload.Length < 4 ? Verdict.NeedMore : Verdict.None;
        if (!whole && !isStream || whole && !all.IsEmpty && (!isStream || all[0] != Message)) return Verdict.None;
        bool calling = false, invocation = false;
        for (var index = 0; index < MostElements && Ber.TryTake(ref rest, out var tag, out var value, out var complete); index++)
        {
            switch (tag)
            {
                case ContextName when value.IndexOf(DlmsIdentifier) >= 0: return Verdict.None;
                case CalledTitle or CallingTitle: if (complete && !IsTitle(value)) return Verdict.None; calling = true; break;
                case CallingInvocation: invocation = true; break;
                case UserInformation:
                    return calling && invocation && value.Length > 2 && value[0] == External && (complete ? rest.IsEmpty : !whole)
                        ? Verdict.Certain
                        : Verdict.None;
                case ContextName or CalledQualifier or CalledInvocation or CallingQualifier or MechanismName or AuthenticationValue: break;
                default: return Verdict.None;
            }
        }

        return !whole && payload.Length < EnoughToTell ? Verdict.NeedMore : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.IsEmpty || stream[0] == Message ? Ber.Measure(stream, MaximumMessage) : -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (!Ber.TryTake(ref message, Message, out var rest)) return;
        ReadOnlySpan<byte> called = default, calling = default, information = default;
        var answers = false;
        while (Ber.TryTake(ref rest, out var tag, out var value))
        {
            if (tag == CalledTitle) called = value;
            if (tag == CallingTitle) calling = value;
            if (tag == CalledInvocation) answers = true;                           // names the request that it answers
            if (tag == UserInformation) information = value;
        }

        var sender = ReadInformation(information, answers, notes);
        if (sender == Party.Unknown) return;
        notes.SenderIs(sender);
        NoteTitle(notes, calling, ofSender: true, sender == Party.Server ? FactKind.Device : FactKind.Fingerprint);
        NoteTitle(notes, called, ofSender: false, sender == Party.Server ? FactKind.Fingerprint : FactKind.Device);
    }

    private static bool IsTitle(ReadOnlySpan<byte> value) =>
        value.Length > 2 && value[0] is AbsoluteTitle or RelativeTitle or ContextRelativeTitle && value[1] == value.Length - 2;

    private static Party ReadInformation(ReadOnlySpan<byte> information, bool answers, Notes notes)
    {
        if (!Ber.TryTake(ref information, External, out var rest)) return Party.Unknown;
        ReadOnlySpan<byte> epsem = default;
        while (Ber.TryTake(ref rest, out var tag, out var value))
        {
            if (tag == OctetAligned) epsem = value;
            else if (tag != IndirectReference) break;
        }

        if (epsem.IsEmpty) return Party.Unknown;
        if ((epsem[0] >> SecurityShift & SecurityMask) == Encrypted)
        {
            notes.Effect(Effect.Opaque);
            return answers ? Party.Server : Party.Client;
        }

        var services = epsem[Math.Min(epsem.Length, 1 + ((epsem[0] & HasDeviceClass) != 0 ? DeviceClassOctets : 0))..];
        return ReadServices(services, notes);
    }

    /// <summary>EPSEM (section 5.3.2): the length of a service, the service, and so on.</summary>
    private static Party ReadServices(ReadOnlySpan<byte> services, Notes notes)
    {
        var sender = Party.Unknown;
        for (var index = 0; index < MostServices && Ber.TryReadLength(services, out var size, out var length) && length > 0; index++)
        {
            var service = services[Math.Min(size, services.Length)..Math.Min(services.Length, size + length)];
            if (service.IsEmpty) break;
            var party = TableServices.Read(service, notes);
            if (sender == Party.Unknown) sender = party;
            services = services[Math.Min(services.Length, size + length)..];
        }

        return sender;
    }

    private static void NoteTitle(Notes notes, ReadOnlySpan<byte> element, bool ofSender, FactKind kind)
    {
        if (!IsTitle(element)) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("c1222 aptitle "u8);
        text.AddObjectIdentifier(element[2..], relative: element[0] != AbsoluteTitle);
        if (ofSender) notes.SenderFact(kind, text.Text);
        else notes.Fact(notes.Receiver.Address, kind, text.Text, Certainty.Announced);
    }
}
