// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Output;
using Dragonfly.Cli.Wire;
using Dragonfly.Core.Digests;

namespace Dragonfly.Cli.Get;

/// <summary>Writes the content to standard output in order. Pieces that come early wait in a temporary file without a name of use.</summary>
/// <remarks>A wrong digest is found at the end, after the bytes went out: the exit code is all that can say so.</remarks>
internal sealed class StandardOutputSink(ContentDigest? digest) : IContentSink
{
    private readonly DigestCheck? _check = digest is null ? null : new DigestCheck(digest);
    private readonly SortedDictionary<ulong, ulong> _waiting = [];
    private FileStream? _early;
    private ulong _written;

    /// <inheritdoc/>
    public void Begin(ulong contentLength)
    {
    }

    /// <inheritdoc/>
    public void Write(PieceArrival piece)
    {
        if (piece.Offset != _written)
        {
            _early ??= new FileStream(
                Path.Combine(Path.GetTempPath(), $"dfget-{Guid.NewGuid():N}"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, Options = FileOptions.DeleteOnClose });
            RandomAccess.Write(_early.SafeFileHandle, piece.Content, (long)piece.Offset);
            _waiting[piece.Offset] = (ulong)piece.Content.Length;
            return;
        }

        Emit(piece.Content);
        EmitWaiting();
    }

    /// <inheritdoc/>
    public void Complete() => _check?.Verify();

    /// <inheritdoc/>
    public void Dispose()
    {
        _early?.Dispose();
        _check?.Dispose();
    }

    private void EmitWaiting()
    {
        var block = new byte[_waiting.ContainsKey(_written) ? 1 << 18 : 0];
        while (_waiting.Remove(_written, out ulong length))
        {
            for (ulong end = _written + length; _written < end;)
            {
                int count = RandomAccess.Read(_early!.SafeFileHandle, block.AsSpan(0, (int)Math.Min((ulong)block.Length, end - _written)), (long)_written);
                Emit(block.AsSpan(0, count));
            }
        }
    }

    private void Emit(ReadOnlySpan<byte> content)
    {
        StandardOutput.Write(content);
        _check?.Add(content);
        _written += (ulong)content.Length;
    }
}
