package io.github.wxtoken.bench;

/** One way to get the app's own access token while it is valid. */
interface AppTokenContender extends AutoCloseable {

  /** Gets the token as each call of WeChat's API does. */
  String get();

  @Override
  void close();
}
