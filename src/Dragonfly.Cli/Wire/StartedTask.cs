// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Wire;

/// <summary>The first message of a download: <c>DownloadTaskStartedResponse</c> with the ids around it.</summary>
/// <param name="HostId">The daemon's host.</param>
/// <param name="TaskId">The task.</param>
/// <param name="PeerId">This download at the daemon.</param>
/// <param name="ContentLength">Bytes of the whole content; 0 for an empty file.</param>
/// <param name="Pieces">Numbers and lengths of the pieces that will be reported.</param>
/// <param name="IsFinished">Whether the daemon had everything already.</param>
internal sealed record StartedTask(
    string HostId,
    string TaskId,
    string PeerId,
    ulong ContentLength,
    IReadOnlyList<(uint Number, ulong Length)> Pieces,
    bool IsFinished)
{
    /// <summary>Reads the inner message (field 4 of the response).</summary>
    public static StartedTask Parse(ReadOnlySpan<byte> message, string hostId, string taskId, string peerId)
    {
        ulong length = 0;
        bool finished = false;
        var pieces = new List<(uint, ulong)>();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    length = reader.Number;
                    break;
                case 4:
                    PieceArrival piece = PieceArrival.Parse(reader.Bytes);
                    pieces.Add((piece.Number, piece.Length));
                    break;
                case 5:
                    finished = reader.Flag;
                    break;
                default:
                    break;
            }
        }

        return new StartedTask(hostId, taskId, peerId, length, pieces, finished);
    }
}
