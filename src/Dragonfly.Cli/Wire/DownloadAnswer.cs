// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Wire;

/// <summary>Takes a <c>dfdaemon.v2.DownloadTaskResponse</c> apart.</summary>
internal static class DownloadAnswer
{
    /// <summary>Hands the one thing that the message says to <paramref name="receiver"/>.</summary>
    /// <exception cref="InvalidDataException">The message is malformed.</exception>
    public static void Dispatch(ReadOnlySpan<byte> message, IDownloadReceiver receiver)
    {
        string host = "", task = "", peer = "";
        int kind = 0;
        ReadOnlySpan<byte> body = default;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    host = reader.Text;
                    break;
                case 2:
                    task = reader.Text;
                    break;
                case 3:
                    peer = reader.Text;
                    break;
                case 4 or 5:
                    kind = reader.Field;
                    body = reader.Bytes;
                    break;
                default:
                    break;
            }
        }

        if (kind == 4)
        {
            receiver.OnStarted(StartedTask.Parse(body, host, task, peer));
        }
        else if (kind == 5)
        {
            var piece = new ProtoReader(body);
            while (piece.Next())
            {
                if (piece.Field == 1)
                {
                    receiver.OnPiece(PieceArrival.Parse(piece.Bytes));
                }
            }
        }
    }
}
