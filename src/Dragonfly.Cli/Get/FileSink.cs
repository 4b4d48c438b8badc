// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Cli.Get;

/// <summary>
/// Writes the content into a file without a name, or under a temporary one beside the output, checks its digest, and names it: the output is never
/// partial, and nothing is left behind by whoever is killed.
/// </summary>
internal sealed class FileSink : IContentSink
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly string _output;
    private readonly bool _overwrite;
    private readonly ContentDigest? _digest;
    private readonly string _temporary;
    private readonly SafeFileHandle _file;
    private readonly bool _unnamed;
    private ulong _written;
    private bool _published;

    /// <summary>Creates the temporary file.</summary>
    public FileSink(string output, bool overwrite, ContentDigest? digest)
    {
        (_output, _overwrite, _digest) = (output, overwrite, digest);
        string folder = Path.GetDirectoryName(output)!;
        _temporary = Path.Combine(folder, TemporaryName.For(output));
        SafeFileHandle? unnamed = UnnamedFile.TryCreate(folder);
        _unnamed = unnamed is not null;
        _file = unnamed ?? Create();
    }

    /// <summary>Bytes that its file system has room for.</summary>
    /// <param name="output">The output, as an absolute path.</param>
    public static ulong FreeSpace(string output) => (ulong)new DriveInfo(Path.GetDirectoryName(output)!).AvailableFreeSpace;

    /// <inheritdoc/>
    public void Begin(ulong contentLength)
    {
        // The length can be told after the content, when nobody knew it before.
        ulong missing = contentLength - Math.Min(contentLength, _written);
        if (FreeSpace(_output) < missing)
        {
            throw new ToolException(ExitCode.NoSpace, $"no space left for {ByteText.Size(missing)} at {Path.GetDirectoryName(_output)}");
        }

        RandomAccess.SetLength(_file, (long)contentLength);
    }

    /// <inheritdoc/>
    public void Write(PieceArrival piece)
    {
        RandomAccess.Write(_file, piece.Content, (long)piece.Offset);
        _written += (ulong)piece.Content.Length;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_digest is not null)
        {
            using var check = new DigestCheck(_digest);
            var block = new byte[1 << 20];
            long place = 0;
            for (int count = RandomAccess.Read(_file, block, place); count > 0; count = RandomAccess.Read(_file, block, place))
            {
                check.Add(block.AsSpan(0, count));
                place += count;
            }

            check.Verify();
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_file, Mode);
        }

        // A link takes nobody's name; only a rename does.
        if (_unnamed && !UnnamedFile.TryName(_file, _overwrite ? _temporary : _output))
        {
            throw UnnamedFile.NameIsTaken
                ? OutputPath.Exists(_output)
                : new ToolException(ExitCode.Failed, $"cannot write the output {_output}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        if (!_unnamed || _overwrite)
        {
            File.Move(_temporary, _output, _overwrite);
        }

        _published = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (!_published)
        {
            File.Delete(_temporary);
        }
    }

    private SafeFileHandle Create()
    {
        try
        {
            return File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.ReadWrite);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Forbidden, $"cannot write the output {_output}: you may not write to {Path.GetDirectoryName(_output)}");
        }
    }
}
