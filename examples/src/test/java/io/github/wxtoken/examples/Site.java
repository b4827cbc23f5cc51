package io.github.wxtoken.examples;

import com.sun.net.httpserver.HttpServer;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The {@link WebApp} on some nodes with one SQLite file, behind a {@link FrontDoor}. */
final class Site implements AutoCloseable {
  private final WeChatSimulator wechat = WeChatSimulator.start();
  private final FrontDoor door;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<WeChatOAuth> clients = new ArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<URI> nodes = new ArrayList<>();

  /**
   * @param folder for the store
   */
  Site(int size, Path folder) throws IOException {
    door = new FrontDoor(wechat.uri());
    String store = "jdbc:sqlite:" + folder.resolve("tokens.db") + "?wxtoken.createSchema=true";
    for (int node = 0; node < size; node++) {
      nodes.add(startNode(store));
    }
    door.sendTo(nodes);
  }

  /** Each node has a client of its own, and so a memory and connections of its own. */
  private URI startNode(String store) throws IOException {
    WeChatOAuth oauth =
        WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store(store)
            .apiEndpoint(wechat.uri())
            .openEndpoint(wechat.uri())
            .clock(wechat.clock())
            .build();
    clients.add(oauth);
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(anyPort, 0);
    servers.add(server);
    server.setExecutor(threads);
    Followers followers = new Followers(oauth.app(), wechat.uri());
    new WebApp(oauth, followers, new Sessions("a key"), door.url()).addTo(server);
    server.start();
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  WeChatSimulator wechat() {
    return wechat;
  }

  FrontDoor door() {
    return door;
  }

  /** All requests go to this node, from 0, until {@link #balance}. */
  void pin(int node) {
    door.sendTo(List.of(nodes.get(node)));
  }

  /** Each request goes to another node than the one before. */
  void balance() {
    door.sendTo(nodes);
  }

  Calls calls() {
    return Calls.of(wechat.counters());
  }

  @Override
  public void close() {
    door.close();
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
    clients.forEach(WeChatOAuth::close);
    wechat.close();
  }
}
