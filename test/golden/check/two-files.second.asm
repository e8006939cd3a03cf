def main(a: i8) -> (y: i8) {
    y: i8 = id(b);
}
