using Microsoft.Win32.SafeHandles;

namespace ExposureMap.Capture.Sources;

/// <summary>
/// The octets of a file, pipe or standard input in order: counted, with a look at the first ones, and never stuck in a pipe after a stop.
/// </summary>
internal sealed class CaptureInput : Stream
{
    private const int MagicLength = sizeof(uint);
    private const int PollMilliseconds = 100;

    private readonly FileStream _file;
    private readonly byte[] _magic = new byte[MagicLength];
    private int _magicFrom;
    private int _magicTo;

    private CaptureInput(FileStream file) => _file = file;

    public static bool IsStandardInput(string path) => path == "-";

    /// <summary>Where the file ends now, 0 for a pipe.</summary>
    public long Total => _file.CanSeek ? _file.Length : 0;

    /// <summary>True when the octets can be read again from the beginning by opening the same path.</summary>
    public bool CanReopen { get; private init; }

    public long OctetsRead { get; private set; }

    /// <summary>Ends a wait for a pipe's next octets; the read then answers 0.</summary>
    public CancellationToken Stop { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => OctetsRead; set => throw new NotSupportedException(); }

    public static CaptureInput Open(string path)
    {
        if (path.Length == 0) throw new CaptureException("a capture's name is empty");
        try
        {
            if (IsStandardInput(path)) return OpenStandardInput();
            if (Directory.Exists(path)) throw new CaptureException($"{path}: is a directory, not a capture file");
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new CaptureInput(file) { CanReopen = file.CanSeek };
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CaptureException($"{path}: no such file", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new CaptureException($"{path}: permission denied", error);
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw new CaptureException($"{path}: cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>The first octets (fewer only if the input ends before), which stay to be read.</summary>
    public ReadOnlySpan<byte> Magic()
    {
        while (_magicTo < MagicLength && ReadFile(_magic.AsSpan(_magicTo)) is var read and > 0) _magicTo += read;
        return _magic.AsSpan(0, _magicTo);
    }

    public override int Read(Span<byte> buffer)
    {
        if (_magicFrom == _magicTo) return ReadFile(buffer);
        var length = Math.Min(buffer.Length, _magicTo - _magicFrom);
        _magic.AsSpan(_magicFrom, length).CopyTo(buffer);
        _magicFrom += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }

    private static CaptureInput OpenStandardInput()
    {
        if (!Console.IsInputRedirected) throw new CaptureException("-: standard input is a terminal; pipe a capture into it");
        return new CaptureInput(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));
    }

    private int ReadFile(Span<byte> buffer)
    {
        if (!_file.CanSeek && !WaitForOctets()) return 0;
        var read = _file.Read(buffer);
        OctetsRead += read;
        return read;
    }

    private bool WaitForOctets()
    {
        var descriptor = (int)_file.SafeFileHandle.DangerousGetHandle();
        while (!Stop.IsCancellationRequested)
        {
            if (Polling.Wait(descriptor, PollMilliseconds) != Polling.Answer.Nothing) return true;
        }

        return false;
    }
}
