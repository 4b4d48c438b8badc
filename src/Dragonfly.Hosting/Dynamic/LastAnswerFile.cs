// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// The last good answer of a manager: a JSON document with <c>version</c>, <c>kind</c> and <c>source</c>, replaced whole by rename so that a crash
/// leaves the old or the new one. Reading never throws: a file that cannot be used is as good as none.
/// </summary>
internal sealed class LastAnswerFile(string path)
{
    /// <summary>Of the document's shape; others are passed over.</summary>
    internal const int Version = 1;

    /// <summary>Far above any real answer (a scheduler takes about 60 bytes); a damaged file must not fill the memory.</summary>
    private const long LargestBytes = 16 * 1024 * 1024;

    internal string Path { get; } = path;

    /// <summary>The document, if it is one of this kind from this source.</summary>
    internal byte[]? Read(string kind, string source)
    {
        try
        {
            if (new FileInfo(Path) is not { Exists: true, Length: <= LargestBytes })
            {
                return null;
            }

            var document = File.ReadAllBytes(Path);
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            return root.Member("version").Number() == Version
                && root.Member("kind").Text() == kind
                && root.Member("source").Text() == source
                    ? document
                    : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the document; the folder is made when it is missing.</summary>
    internal void Write(byte[] document)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        Directory.CreateDirectory(folder);
        var temporary = $"{Path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(document);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path, overwrite: true);
    }
}
