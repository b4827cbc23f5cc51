package io.github.wxtoken.redis;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which a command was sent and no answer came for too long; Lettuce then
 * reconnects. Without this class, a peer that disappeared silently (and whose address another
 * machine may have taken) is noticed only when the kernel stops its retransmissions, after 15
 * minutes: TCP's keepalive sends nothing while data is unacknowledged.
 */
final class SilentPeer extends IdleStateHandler {
  private final long limit;
  private boolean asked;
  private long askedAt;

  SilentPeer(Duration limit) {
    super(limit.toNanos() / 2, 0, 0, TimeUnit.NANOSECONDS);
    this.limit = limit.toNanos();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (!asked) {
      asked = true;
      askedAt = System.nanoTime();
    }
    super.write(context, message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    asked = false;
    super.channelRead(context, message);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    if (asked && System.nanoTime() - askedAt >= limit) {
      ChannelFuture unused = context.close();
    }
  }
}
