// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;
using Dragonfly.Core.Digests;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Cli.Get;

/// <summary>Writes the content beside the output under a temporary name, checks its digest, and renames it: the output is never partial.</summary>
internal sealed class FileSink : IContentSink
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly string _output;
    private readonly bool _overwrite;
    private readonly ContentDigest? _digest;
    private readonly string _temporary;
    private readonly SafeFileHandle _file;
    private bool _published;

    /// <summary>Creates the temporary file.</summary>
    public FileSink(string output, bool overwrite, ContentDigest? digest)
    {
        (_output, _overwrite, _digest) = (output, overwrite, digest);
        string folder = Path.GetDirectoryName(output)!;
        _temporary = Path.Combine(folder, $".{Path.GetFileName(output)}.{Environment.ProcessId}.{Guid.NewGuid():N}.dfget");
        _file = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.ReadWrite);
    }

    /// <inheritdoc/>
    public void Begin(ulong contentLength)
    {
        if ((ulong)new DriveInfo(Path.GetDirectoryName(_output)!).AvailableFreeSpace < contentLength)
        {
            throw new ToolException(ExitCode.NoSpace, $"no space left for {ByteText.Size(contentLength)} at {Path.GetDirectoryName(_output)}");
        }

        RandomAccess.SetLength(_file, (long)contentLength);
    }

    /// <inheritdoc/>
    public void Write(PieceArrival piece) => RandomAccess.Write(_file, piece.Content, (long)piece.Offset);

    /// <inheritdoc/>
    public void Complete()
    {
        if (_digest is not null)
        {
            using var content = new FileStream(_temporary, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
            using var check = new DigestCheck(_digest);
            var block = new byte[1 << 20];
            for (int count = content.Read(block); count > 0; count = content.Read(block))
            {
                check.Add(block.AsSpan(0, count));
            }

            check.Verify();
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_file, Mode);
        }

        File.Move(_temporary, _output, _overwrite);
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
}
