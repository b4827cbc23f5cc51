package io.github.wxtoken.examples.mixed;

import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A member of a mixed cluster that is no process: wxtoken, or wxtoken in Node's place. A test
 * changes what it answers.
 */
class InProcess implements Member, AutoCloseable {
  final JavaNode node;
  private final boolean java;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);

  InProcess(boolean java, TokenStore store, WeChatSimulator weChat) {
    this.java = java;
    this.node = new JavaNode(store, WeChatSimulator.APPID, WeChatSimulator.SECRET, weChat.uri());
  }

  Answer answer(String command, String argument) {
    return node.answer(command, argument);
  }

  @Override
  public final boolean isJava() {
    return java;
  }

  @Override
  public final CompletableFuture<Answer> send(String command, String argument) {
    return CompletableFuture.supplyAsync(() -> answer(command, argument), threads);
  }

  @Override
  public final void close() {
    threads.shutdown();
    node.close();
  }
}
