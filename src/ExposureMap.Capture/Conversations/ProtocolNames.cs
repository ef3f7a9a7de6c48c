using System.Globalization;
using ExposureMap.Capture.Protocols;

namespace ExposureMap.Capture.Conversations;

/// <summary>Names of protocols by number, and of their functions as conversations tell them (<c>modbus.3</c>), each made once.</summary>
internal sealed class ProtocolNames
{
    private const int MaximumFunctions = 1 << 14;

    /// <summary>As the catalogue numbers protocols, so that theirs need not be looked up; 0 is none.</summary>
    private readonly List<string> _names = ["", .. ProtocolCatalog.All.Select(protocol => protocol.Name)];
    private readonly Dictionary<string, ushort> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(ushort Protocol, int Code), string> _functions = [];

    public ProtocolNames()
    {
        for (var number = 0; number < _names.Count; number++) _numbers[_names[number]] = (ushort)number;
    }

    /// <summary>Names come from protocols' code, never from the wire: there are some hundred.</summary>
    public ushort NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var number)) return number;
        number = (ushort)_names.Count;
        _names.Add(name);
        _numbers.Add(name, number);
        return number;
    }

    public string this[ushort number] => _names[number];

    public string Function(ushort protocol, int code)
    {
        if (_functions.TryGetValue((protocol, code), out var name)) return name;
        name = string.Create(CultureInfo.InvariantCulture, $"{_names[protocol]}.{code}");
        if (_functions.Count < MaximumFunctions) _functions.Add((protocol, code), name);
        return name;
    }
}
