using System.Text.Unicode;

namespace OrleansScheduling.Import.Reading;

/// <summary>
/// The bytes of one file, checked before anything reads them as CSV: size, encoding, NUL bytes, line length. Each of
/// these would otherwise surface as a strange error far from its cause, or as memory that grows without bound.
/// </summary>
static class FileText
{
    static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The file's bytes without a byte order mark, or null when the log says why not.</summary>
    public static byte[]? Load(string path, ErrorLog log)
    {
        byte[] bytes;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length > ImportLimits.MaxFileBytes)
            {
                log.RefuseFile($"The file has {stream.Length} bytes; at most {ImportLimits.MaxFileBytes} are read. Split it.");
                return null;
            }

            bytes = new byte[stream.Length];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (read < bytes.Length) bytes = bytes[..read];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.RefuseFile($"The file cannot be read: {exception.Message}");
            return null;
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            log.RefuseFile("The file is UTF-16; save it as UTF-8.");
            return null;
        }

        var content = bytes.AsSpan().StartsWith(Utf8Mark) ? bytes[Utf8Mark.Length..] : bytes;
        return LinesAreSound(content, log) ? content : null;
    }

    static bool LinesAreSound(ReadOnlySpan<byte> rest, ErrorLog log)
    {
        var before = log.Count;
        for (var line = 1; rest.Length > 0; line++)
        {
            var end = rest.IndexOf((byte)'\n');
            var length = end < 0 ? rest.Length : end;
            var text = rest[..length];
            if (length > ImportLimits.MaxLineBytes)
                log.Refuse(line, "", "", $"The line has {length} bytes; at most {ImportLimits.MaxLineBytes} are allowed.");
            else if (text.Contains((byte)0))
                log.Refuse(line, "", "", "The line contains a NUL byte: this is not a text file, or it is damaged.");
            else if (!Utf8.IsValid(text))
                log.Refuse(line, "", "", "The line is not UTF-8. Save the file as \"CSV UTF-8\".");
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return log.Count == before;
    }
}
