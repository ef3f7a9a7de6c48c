namespace ExposureMap.SampleMaker.Messages;

/// <summary>HTTP/1.1, RFC 9112.</summary>
internal static class HttpMessages
{
    public static byte[] Request(string method, string host, string path, string agent, string body = "") =>
        Text($"{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nAccept: */*\r\n{(body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "")}\r\n{body}");

    public static byte[] Ok(string server, string type, byte[] body) =>
        [.. Text($"HTTP/1.1 200 OK\r\nServer: {server}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    public static byte[] Text(string text) => new Octets().Text(text).ToArray();
}
