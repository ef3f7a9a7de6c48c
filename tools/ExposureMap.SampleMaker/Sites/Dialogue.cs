using ExposureMap.SampleMaker.Messages;
using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Sites;

/// <summary>Whole dialogues as people and programs hold them; each tells when it is over.</summary>
/// <param name="domain">NetBIOS name of the Windows domain; Kerberos and LDAP add <c>.EXAMPLE</c>.</param>
internal sealed class Dialogue(Mirror mirror, string domain)
{
    private const ushort Https = 443, Http = 80, RemoteDesktop = 3389, SecureShell = 22, Smb = 445, Kerberos = 88, Ldap = 389, DomainNames = 53,
        Time = 123, Log = 514, Management = 161;

    private readonly Dictionary<Host, byte[]> _hostKeys = [];

    public Chance Chance => mirror.Chance;

    public DateTimeOffset Lookup(DateTimeOffset at, Host client, Host resolver, string name, Host answer)
    {
        var id = Chance.Below(65536);
        return Datagram.Ask(mirror, at, client, resolver, DomainNames, NameMessages.Question(id, name),
            NameMessages.Answer(id, name, answer.Address));
    }

    public void SetClock(DateTimeOffset at, Host client, Host server) =>
        Datagram.Ask(mirror, at, client, server, Time, HouseholdMessages.NtpRequest(at), HouseholdMessages.NtpReply(at));

    public void Report(DateTimeOffset at, Host device, Host collector, int priority, string application, string message) =>
        Datagram.Send(mirror, at, device, Log, collector, Log, HouseholdMessages.Syslog(priority, at, device.Name, application, message));

    public void AskName(DateTimeOffset at, Host manager, Host device)
    {
        var request = 1 + Chance.Below(100_000);
        Datagram.Ask(mirror, at, manager, device, Management, HouseholdMessages.SnmpGet(request), HouseholdMessages.SnmpName(request, device.Name));
    }

    /// <summary>Discover, offer, request, acknowledge; the answers go to the client's MAC (RFC 2131, section 4.1).</summary>
    public void Lease(DateTimeOffset at, Host client, Host server, int prefixLength)
    {
        var transaction = Chance.Number();
        var unaddressed = new Host(client.Name, client.Lan, "0.0.0.0", client.Mac.ToString(), client.TimeToLive);
        foreach (var (type, delay) in ((int, int)[])[(1, 0), (2, 4), (3, 9), (5, 13)])
        {
            var octets = HouseholdMessages.Dhcp(type, transaction, client, server, prefixLength);
            var moment = at.AddMilliseconds(delay);
            if (type is 1 or 3) Datagram.Broadcast(mirror, moment, unaddressed, 68, 67, "255.255.255.255", octets);
            else Datagram.Send(mirror, moment, server, 67, client, 68, octets);
        }
    }

    /// <summary>A Windows machine tells its name to its LAN.</summary>
    public void Announce(DateTimeOffset at, Host host, string broadcast)
    {
        Datagram.Broadcast(mirror, at, host, 137, 137, broadcast, NameMessages.NetBiosRegistration(Chance.Below(65536), host.Name, host.Address));
        var group = Host.Group("224.0.0.251", "01:00:5E:00:00:FB", host.Lan);
        Datagram.Multicast(mirror, at.AddMilliseconds(350), host, group, 5353, NameMessages.Announce(host.Name.ToLowerInvariant(), host.Address));
    }

    public void Neighbour(DateTimeOffset at, Host device, string port, string description, int capabilities) =>
        mirror.Hear(at, device, "01-80-C2-00-00-0E", PacketDotNet.EthernetType.Lldp, HouseholdMessages.Lldp(device, port, description, capabilities));

    public void LogOn(DateTimeOffset at, Host client, Host controller, string user)
    {
        TcpSession.Open(mirror, client, controller, Kerberos, at)
            .Ask(DirectoryMessages.TicketRequest(user, domain + ".EXAMPLE"), DirectoryMessages.Ticket(Chance, user, domain + ".EXAMPLE")).Close();
        TcpSession.Open(mirror, client, controller, Ldap, at.AddMilliseconds(180))
            .Ask(DirectoryMessages.Bind(1), DirectoryMessages.Bound(1))
            .Ask(DirectoryMessages.Search(2, $"DC={domain},DC=example", user),
                DirectoryMessages.Found(2, $"CN={user},CN=Users,DC={domain},DC=example", "CN=Staff,DC={domain},DC=example"))
            .Close();
    }

    public DateTimeOffset Browse(DateTimeOffset at, Host client, Host server, string? name, int pages, ushort port = Https)
    {
        var session = TcpSession.Open(mirror, client, server, port, at);
        Secure(session, name);
        for (var page = 0; page < pages; page++)
            session.Ask(TlsMessages.Data(Chance, 120 + Chance.Below(120)), TlsMessages.Data(Chance, 160 + Chance.Below(500)))
                .Wait(Chance.Seconds(1, 5));
        return session.Close();
    }

    public DateTimeOffset Fetch(DateTimeOffset at, Host client, Host server, string hostName, string path, string agent,
        byte[] body, ushort port = Http) =>
        TcpSession.Open(mirror, client, server, port, at)
            .Ask(HttpMessages.Request("GET", hostName, path, agent), HttpMessages.Ok("Microsoft-IIS/10.0", "application/octet-stream", body)).Close();

    /// <summary>Somebody sits in front of a remote screen.</summary>
    public DateTimeOffset RemoteDesktopTo(DateTimeOffset at, Host client, Host server, string user, TimeSpan stay)
    {
        var session = TcpSession.Open(mirror, client, server, RemoteDesktop, at)
            .Ask(RdpMessages.ConnectionRequest(user), RdpMessages.ConnectionConfirm);
        Secure(session, null);
        const int glances = 32;
        for (var glance = 0; glance < glances; glance++)
            session.Ask(TlsMessages.Data(Chance, 60 + Chance.Below(80)), TlsMessages.Data(Chance, 160 + Chance.Below(440))).Wait(stay / glances);
        return session.Close();
    }

    public DateTimeOffset SecureShellTo(DateTimeOffset at, Host client, Host server, string clientSoftware, TimeSpan stay)
    {
        if (!_hostKeys.TryGetValue(server, out var key)) _hostKeys[server] = key = Chance.Octets(32);
        var session = TcpSession.Open(mirror, client, server, SecureShell, at)
            .Ask(SshMessages.Banner(clientSoftware), SshMessages.Banner("OpenSSH_for_Windows_9.5"))
            .Ask(SshMessages.KeyExchangeInit(Chance), SshMessages.KeyExchangeInit(Chance))
            .Ask(SshMessages.ExchangeRequest(Chance), SshMessages.ExchangeReply(Chance, key))
            .Say(SshMessages.NewKeys);
        const int commands = 30;
        for (var command = 0; command < commands; command++)
            session.Ask(SshMessages.Encrypted(Chance, 52 + (8 * Chance.Below(4))), SshMessages.Encrypted(Chance, 68 + (8 * Chance.Below(80))))
                .Wait(stay / commands);
        return session.Close();
    }

    /// <summary>Opens a document on a share.</summary>
    public DateTimeOffset ReadFile(DateTimeOffset at, Host client, Host server, string user, string share, string file, int octets)
    {
        var (session, smb) = LogOnToShares(at, client, server, user);
        return session
            .Ask(smb.Connect($@"\\{server.Name}\{share}"), smb.Connected(pipes: false))
            .Ask(smb.Create(file, write: false), smb.Created(octets))
            .Ask(smb.Read(octets), smb.Data(Chance.Octets(octets)))
            .Ask(smb.CloseFile(), smb.FileClosed())
            .Close();
    }

    public DateTimeOffset WriteFile(DateTimeOffset at, Host client, Host server, string user, string share, string file, int octets)
    {
        var (session, smb) = LogOnToShares(at, client, server, user);
        Put(session, smb, server, share, file, octets);
        return session.Close();
    }

    /// <summary>Copies a program to the administrators' share and has the service control manager run it.</summary>
    public DateTimeOffset RunAsService(DateTimeOffset at, Host client, Host server, string user, string service)
    {
        var (session, smb) = LogOnToShares(at, client, server, user);
        Put(session, smb, server, "ADMIN$", $"{service}.exe", 4000);
        session
            .Ask(smb.Connect($@"\\{server.Name}\IPC$"), smb.Connected(pipes: true))
            .Ask(smb.Create("svcctl", write: true), smb.Created(0));
        foreach (var (question, answer) in ((byte[], byte[])[])
            [
                (ServiceControlMessages.BindRequest, ServiceControlMessages.Bound),
                (ServiceControlMessages.Open($@"\\{server.Name}"), ServiceControlMessages.Opened),
                (ServiceControlMessages.Create(service, $@"%systemroot%\{service}.exe"), ServiceControlMessages.Created),
                (ServiceControlMessages.Start, ServiceControlMessages.Started),
            ])
        {
            session.Ask(smb.Write(question), smb.Written(question.Length)).Ask(smb.Read(1024), smb.Data(answer));
        }

        return session.Ask(smb.CloseFile(), smb.FileClosed()).Close();
    }

    private void Put(TcpSession session, SmbMessages smb, Host server, string share, string file, int octets) => session
        .Ask(smb.Connect($@"\\{server.Name}\{share}"), smb.Connected(pipes: false))
        .Ask(smb.Create(file, write: true), smb.Created(0))
        .Ask(smb.Write(Chance.Octets(octets)), smb.Written(octets))
        .Ask(smb.CloseFile(), smb.FileClosed());

    private (TcpSession Session, SmbMessages Smb) LogOnToShares(DateTimeOffset at, Host client, Host server, string user)
    {
        var smb = new SmbMessages(Chance);
        var session = TcpSession.Open(mirror, client, server, Smb, at)
            .Ask(smb.Negotiate(), smb.Negotiated())
            .Ask(smb.LogOn(), smb.Challenge(domain, server.Name))
            .Ask(smb.Authenticate(domain, user, client.Name), smb.LoggedOn());
        return (session, smb);
    }

    private void Secure(TcpSession session, string? name) => session
        .Ask(TlsMessages.ClientHello(Chance, name), TlsMessages.ServerHello(Chance)).Say(TlsMessages.Finished(Chance));
}
