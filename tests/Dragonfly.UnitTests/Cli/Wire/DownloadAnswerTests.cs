// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Wire;
using Dragonfly.Protocol.Dfdaemon.V2;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Cli.Wire;

public sealed class DownloadAnswerTests : IDownloadReceiver
{
    private readonly DownloadProgress _progress = new();
    private readonly List<string> _contents = [];

    [Theory]
    [InlineData("p1.sock#1", 20971520, 0, 20971520, 0)]
    [InlineData("p2.sock#2", 20971520, 20971520, 0, 0)]
    [InlineData("p1.sock#2", 100, 0, 0, 100)]
    [InlineData("p1.sock#3", 0, 0, 0, 0)]
    public void Recorded_answers_are_understood(string conversation, ulong total, ulong local, ulong peers, ulong origin)
    {
        foreach (var message in Recorded.Of("dfget>" + conversation, "s2c", "message"))
        {
            DownloadAnswer.Dispatch(Recorded.Bytes(message), this);
        }

        Assert.Equal(total, _progress.Total);
        Assert.Equal((local, peers, origin), (_progress.BytesFrom(TrafficSource.Local), _progress.BytesFrom(TrafficSource.Peers), _progress.BytesFrom(TrafficSource.Origin)));
        Assert.Equal((total, 0), (_progress.Received, _progress.Outstanding));
        Assert.Equal(64, _progress.Started!.TaskId.Length);
    }

    [Fact]
    public void Content_of_a_piece_is_handed_on()
    {
        var piece = new global::Dragonfly.Protocol.Common.V2.Piece { Number = 3, Offset = 5, Length = 3, Content = ByteString.CopyFromUtf8("abc"), ParentId = "p" };
        DownloadAnswer.Dispatch(new DownloadTaskResponse { DownloadPieceFinishedResponse = new() { Piece = piece } }.ToByteArray(), this);
        Assert.Equal(["3@5=abc from p"], _contents);
    }

    [Fact]
    public void Cut_or_random_messages_are_refused_or_skipped()
    {
        byte[] message = Recorded.Bytes(Recorded.Of("dfget>p1.sock#1", "s2c", "message").First());
        var random = new Random(1);
        for (int cut = 0; cut < message.Length; cut++)
        {
            byte[] changed = message[..cut];
            if (cut > 0)
            {
                changed[random.Next(cut)] ^= (byte)random.Next(1, 256);
            }

            try
            {
                DownloadAnswer.Dispatch(changed, this);
            }
            catch (InvalidDataException)
            {
                // The only way to fail.
            }
        }
    }

    [Fact]
    public void A_piece_that_is_reported_twice_counts_once()
    {
        var response = new DownloadTaskResponse { DownloadPieceFinishedResponse = new() { Piece = new() { Number = 1, Length = 7 } } };
        DownloadAnswer.Dispatch(response.ToByteArray(), this);
        DownloadAnswer.Dispatch(response.ToByteArray(), this);
        Assert.Equal(7UL, _progress.Received);
    }

    void IDownloadReceiver.OnStarted(StartedTask task) => _progress.Start(task);

    void IDownloadReceiver.OnPiece(PieceArrival piece)
    {
        _progress.Arrive(piece);
        _contents.Add($"{piece.Number}@{piece.Offset}={System.Text.Encoding.UTF8.GetString(piece.Content)} from {piece.ParentId}");
    }
}
