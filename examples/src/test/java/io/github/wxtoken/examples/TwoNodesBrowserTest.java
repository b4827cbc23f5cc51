package io.github.wxtoken.examples;

class TwoNodesBrowserTest extends BrowserPaths {
  TwoNodesBrowserTest() {
    super(2);
  }
}
