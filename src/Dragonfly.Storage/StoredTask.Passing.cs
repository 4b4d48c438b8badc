// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;

namespace Dragonfly.Storage;

/// <content>A content that is only passed on, piece by piece (<see cref="TaskStore.InMemory"/>).</content>
public sealed partial class StoredTask
{
    /// <summary>
    /// Gives back the memory of a finished piece that was passed on. It stays finished, so that nobody fetches it again, but its bytes are gone. Only for a task of a store
    /// in memory.
    /// </summary>
    /// <param name="number">The piece.</param>
    /// <exception cref="InvalidOperationException">The task lies on disk.</exception>
    public void ReleaseBytes(PieceNumber number)
    {
        var memory = Memory ?? throw new InvalidOperationException($"Task {Id} lies on disk: its pieces are kept.");
        if (Find(number) is { } piece)
        {
            memory.Punch(piece.Range.Start, piece.Range.Length);
        }
    }
}
