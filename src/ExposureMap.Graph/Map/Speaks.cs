namespace ExposureMap.Graph.Map;

/// <summary>What world an address turned out to belong to, the stronger the later.</summary>
internal enum Speaks : byte { Nothing, Office, Control, Metering }
